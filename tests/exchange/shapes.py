"""Headers of rosters as communities, property managements and departments write them. All people are made up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from yimen.core.identity import check_character
from yimen.exchange.reading.lines import number_cell
from yimen.exchange.rules.sheets import BLANK, Cell, Row, Sheet, Span


def number(first17: str) -> str:
    return first17 + check_character(first17)


N1, N2, N3 = number("32029919800101123"), number("32029919850203222"), number("32029920100506331")


def cell(value: object) -> Cell:
    if value is None:
        return BLANK
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return number_cell(str(value))
    if isinstance(value, datetime):
        return Cell(value, str(value.toordinal() - 693594))
    return Cell(value)  # type: ignore[arg-type]  # any value on purpose


def sheet(
    rows: Sequence[Sequence[object]], *, name: str = "Sheet1", merges: Sequence[Span] = (), hidden: bool = False
) -> Sheet:
    made = [
        Row(place, tuple(map(cell, values)))
        for place, values in enumerate(rows, 1)
        if any(value is not None for value in values)
    ]
    return Sheet(name, hidden, made, tuple(merges), len(made))


@dataclass(frozen=True)
class Shape:
    """A sheet and how it must be understood; `fields` by header label, `data` the numbers of its rows of data."""

    rows: Sequence[Sequence[object]]
    kind: str
    fields: dict[str, str]
    header: tuple[int, ...]
    data: tuple[int, ...]
    name: str = "Sheet1"
    merges: tuple[Span, ...] = ()
    trait: str = ""

    by_index: dict[int, str] = field(default_factory=dict)


SHAPES: dict[str, Shape] = {
    "a roster under a merged title and a date line": Shape(
        [
            ["广益街道广瑞一村社区居民花名册", None, None, None, None, None, None],
            ["填报单位：广瑞一村社区", None, None, None, None, "填报日期：2026年11月", None],
            ["序号", "姓名", "性别", "身份证号码", "与户主关系", "家庭住址", "联系电话"],
            [1, "王建国", "男", N1, "户主", "广瑞一村3号101室", "13812345671"],
            [2, "李秀英", "女", N2, "妻", "广瑞一村3号101室", "13812345672"],
            ["合计", "2人", None, None, None, None, None],
            ["填表人：张三", None, None, "审核人：李四", None, None, None],
        ],
        "residents",
        {
            "姓名": "name",
            "性别": "sex",
            "身份证号码": "id_number",
            "与户主关系": "relation",
            "家庭住址": "address",
            "联系电话": "phone",
        },
        (3,),
        (4, 5),
        merges=(Span(1, 1, 0, 6),),
    ),
    "numbered notes and a word of the end below": Shape(
        [
            ["广瑞一村业主花名册"],
            ["业主姓名", "联系方式", "栋号", "单元号", "房间号", "与户主关系", "身份证号", "备注"],
            ["王建国", "13812345671", "3栋", "1单元", "502室", "户主", N1, None],
            ["李秀英", 13812345672, "3栋", "1单元", "502室", "配偶", N2, "租住"],
            ["以下空白"],
            ["合计", "1户"],
            ["注：1. 每季度更新一次。"],
            ["2. 联系方式变更请及时告知。"],
            ["（三）由物业存档"],
        ],
        "residents",
        {
            "业主姓名": "name",
            "联系方式": "phone",
            "栋号": "building",
            "单元号": "unit",
            "房间号": "room",
            "与户主关系": "relation",
            "备注": "note",
        },
        (2,),
        (3, 4),
    ),
    "two header rows with the parts of the address below": Shape(
        [
            ["序号", "姓名", "公民身份号码", "现居住地址", None, None, "户籍地址", "联系方式"],
            [None, None, None, "小区", "幢号", "室号", None, None],
            [1, "王建国", N1, "广瑞一村", "3幢", "502室", "无锡市梁溪区", 13812345671],
            [2, "李秀英", N2, "广瑞一村", "3幢", "503室", "无锡市梁溪区", 13812345672],
        ],
        "residents",
        {
            "姓名": "name",
            "公民身份号码": "id_number",
            "小区": "compound",
            "幢号": "building",
            "室号": "room",
            "户籍地址": "registered_address",
            "联系方式": "phone",
        },
        (1, 2),
        (3, 4),
        merges=(Span(1, 1, 3, 5), Span(1, 2, 0, 0), Span(1, 2, 1, 1), Span(1, 2, 2, 2)),
    ),
    "groups of columns above, the head's and the person's": Shape(
        [
            ["人口信息登记表"],
            ["户主信息", None, "个人信息", None, None, "监护人信息", None],
            ["姓名", "身份证号", "姓名", "身份证号", "手机号", "姓名", "联系电话"],
            ["王建国", N1, "王小明", N3, None, "王建国", "13812345671"],
        ],
        "residents",
        {},
        (2, 3),
        (4,),
        merges=(Span(2, 2, 0, 1), Span(2, 2, 2, 4), Span(2, 2, 5, 6)),
        by_index={
            0: "head_name",
            1: "head_number",
            2: "name",
            3: "id_number",
            4: "phone",
            5: "ignored",
            6: "ignored",
        },
    ),
    "english names above the chinese ones": Shape(
        [
            ["employeeId", "name", "department", "position", "phone"],
            ["员工工号", "姓名", "部门", "职位", "手机"],
            ["A001", "王建国", "综合部", "科员", "13812345671"],
        ],
        "staff",
        {"员工工号": "staff_number", "姓名": "name", "部门": "department", "职位": "duty", "手机": "phone"},
        (1, 2),
        (3,),
    ),
    "allowance ledger, named by its title only": Shape(
        [
            ["城市居民最低生活保障对象台账"],
            [
                "序号",
                "户主姓名",
                "身份证号码",
                "保障人口",
                "月保障金额（元）",
                "批准日期",
                "家庭住址",
                "联系电话",
                "备注",
            ],
            [1, "王建国", N1, 2, 1850, "2023年4月", "广瑞一村3-502", "13812345671", None],
            [2, "李秀英", N2, 1, 990.5, "2024.05.01", "广瑞一村3-503", "13812345672", "重病"],
        ],
        "traits",
        {"户主姓名": "name", "身份证号码": "id_number", "批准日期": "trait_from_on", "联系电话": "phone"},
        (2,),
        (3, 4),
        trait="is_dibao",
    ),
    "disabled persons with kind and level": Shape(
        [
            [
                "序号",
                "姓名",
                "性别",
                "身份证号",
                "残疾证号",
                "残疾类别",
                "残疾等级",
                "监护人",
                "监护人电话",
                "联系电话",
            ],
            [1, "王建国", "男", N1, N1 + "42", "肢体", "二级", "李秀英", "13812345672", "13812345671"],
        ],
        "traits",
        {
            "姓名": "name",
            "身份证号": "id_number",
            "残疾类别": "trait:disability_type",
            "残疾等级": "trait:disability_level",
            "联系电话": "phone",
            "监护人电话": "ignored",
        },
        (1,),
        (2,),
        name="残疾人台账",
        trait="has_disability_certificate",
    ),
    "dwellings with their owners": Shape(
        [
            ["XX小区房屋台账"],
            ["小区名称", "楼栋", "单元", "房号", "建筑面积(㎡)", "房屋用途", "业主姓名", "联系电话", "是否出租"],
            ["广瑞一村", "3幢", "1单元", "502", "89.5", "住宅", "王建国", "13812345671", "否"],
            ["广瑞一村", "3幢", "1单元", "503", "89.5", "住宅", "李秀英", "13812345672", "是"],
        ],
        "dwellings",
        {
            "小区名称": "compound",
            "楼栋": "building",
            "单元": "unit",
            "房号": "room",
            "建筑面积(㎡)": "area",
            "业主姓名": "owner_name",
            "联系电话": "owner_phone",
            "是否出租": "rented",
        },
        (2,),
        (3, 4),
    ),
    "buildings": Shape(
        [
            ["小区", "楼号", "总层数", "单元数", "户数", "建成年代", "有无电梯"],
            ["广瑞一村", 1, 6, 3, 36, 1992, "无"],
            ["广瑞一村", 2, 6, 3, 36, 1992, "无"],
        ],
        "buildings",
        {"小区": "compound", "楼号": "building", "总层数": "floors", "单元数": "unit_count", "户数": "dwelling_count"},
        (1,),
        (2, 3),
    ),
    "households": Shape(
        [
            ["户号", "户主姓名", "户主身份证号", "家庭人口数", "住址", "户主联系电话"],
            ["0001", "王建国", N1, 3, "广瑞一村3-502", "13812345671"],
        ],
        "households",
        {
            "户号": "household_number",
            "户主姓名": "head_name",
            "户主身份证号": "head_number",
            "家庭人口数": "member_count",
            "住址": "address",
            "户主联系电话": "phone",
        },
        (1,),
        (2,),
    ),
    "staff of a station": Shape(
        [
            ["社区工作人员花名册"],
            [
                "序号",
                "姓名",
                "性别",
                "出生年月",
                "身份证号",
                "学历",
                "政治面貌",
                "职务",
                "分管工作",
                "到岗时间",
                "手机号码",
            ],
            [1, "王建国", "男", "1980.01", N1, "本科", "中共党员", "主任", "全面工作", "2015.7", "13812345671"],
        ],
        "staff",
        {"姓名": "name", "职务": "duty", "分管工作": "post", "到岗时间": "hired_on", "手机号码": "phone"},
        (2,),
        (3,),
    ),
    "required marks, forms in brackets and line breaks in headers": Shape(
        [
            [
                "*姓名\n（必填）",
                "*证件号码(18位)",
                "手机\n号码",
                "出生日期\n(YYYY-MM-DD)",
                "民  族",
                "人户一致\n(是/否)",
                "*小区",
                "*楼栋",
                "单元",
                "*房间号",
            ],
            ["王建国", N1, "13812345671", "1980-01-01", "汉", "是", "广瑞一村", "3", "1", "502"],
        ],
        "residents",
        {
            "*姓名 （必填）": "name",
            "*证件号码(18位)": "id_number",
            "手机 号码": "phone",
            "出生日期 (YYYY-MM-DD)": "birth_on",
            "民 族": "ethnic",
            "*小区": "compound",
            "*楼栋": "building",
            "*房间号": "room",
        },
        (1,),
        (2,),
    ),
    "an explanation above and an example row": Shape(
        [
            ["填写说明：1.带*为必填；2.身份证号请设为文本格式；3.请勿改动表头。"],
            ["*姓名", "*身份证号", "*联系电话", "楼室号", "人员类别"],
            ["示例：张三", N3, "13800001111", "3-502", "低保"],
            ["王建国", N1, "13812345671", "3-502", "低保、残疾人"],
        ],
        "residents",
        {"*姓名": "name", "*身份证号": "id_number", "*联系电话": "phone", "楼室号": "door", "人员类别": "trait_kind"},
        (2,),
        (4,),
    ),
    "headers that say nothing over values that do": Shape(
        [
            ["人", "号码一", "号码二", "住在哪里"],
            ["王建国", N1, "13812345671", "广瑞一村3-502"],
            ["李秀英", N2, "13812345672", "广瑞一村3-503"],
        ],
        "residents",
        {"人": "name", "号码一": "id_number", "号码二": "phone", "住在哪里": "door"},
        (1,),
        (2, 3),
    ),
    "one telling header is enough beside what the cells say": Shape(
        [
            ["姓名", "证号", "性别", "电话（常用）", "族"],
            ["王建国", N1, "男", "13812345671", "汉族"],
            ["李秀英", N2, "女", "13812345672", "回族"],
        ],
        "residents",
        {"姓名": "name", "证号": "id_number", "性别": "sex", "电话（常用）": "phone", "族": "ethnic"},
        (1,),
        (2, 3),
    ),
    "merged heads over the rows of their families": Shape(
        [
            ["户号", "户主", "门牌号", "姓名", "与户主关系", "身份证号"],
            ["001", "王建国", "3-502", "王建国", "户主", N1],
            [None, None, None, "李秀英", "妻", N2],
            [None, None, None, "王小明", "子", N3],
        ],
        "residents",
        {"户号": "household_number", "户主": "head_name", "门牌号": "door", "姓名": "name"},
        (1,),
        (2, 3, 4),
        merges=(Span(2, 4, 0, 0), Span(2, 4, 1, 1), Span(2, 4, 2, 2)),
    ),
    "tenants of a landlord": Shape(
        [
            [
                "房东姓名",
                "房东电话",
                "出租房屋地址",
                "承租人姓名",
                "承租人身份证号",
                "承租人电话",
                "来本地时间",
                "来本地原因",
            ],
            ["王建国", "13812345671", "广瑞一村3-502", "李秀英", N2, "13812345672", "2024/3/1", "务工"],
        ],
        "residents",
        {
            "房东姓名": "owner_name",
            "房东电话": "owner_phone",
            "出租房屋地址": "address",
            "承租人姓名": "name",
            "承租人身份证号": "id_number",
            "来本地时间": "from_on",
            "来本地原因": "move_reason",
        },
        (1,),
        (2,),
    ),
    "veterans": Shape(
        [
            ["退役军人信息采集表"],
            ["编号", "姓名", "身份证号码", "手机号码", "户籍地", "常住地", "优抚类别", "入伍时间", "退役时间"],
            [1, "王建国", N1, "13812345671", "无锡", "广瑞一村3-502", "退役军人", "1998.12", "2000.12"],
        ],
        "traits",
        {"姓名": "name", "身份证号码": "id_number", "手机号码": "phone", "优抚类别": "trait_kind"},
        (2,),
        (3,),
        trait="is_veteran",
    ),
    "header repeated on every printed page": Shape(
        [
            ["姓名", "身份证号", "电话", "楼栋", "房号"],
            ["王建国", N1, "13812345671", "3", "502"],
            ["姓名", "身份证号", "电话", "楼栋", "房号"],
            ["李秀英", N2, "13812345672", "3", "503"],
        ],
        "residents",
        {"姓名": "name", "身份证号": "id_number"},
        (1,),
        (2, 4),
    ),
    "property management import with ids of its own": Shape(
        [
            [
                "房产名称",
                "房产编码",
                "客户名称",
                "客户类型",
                "证件类型",
                "证件号码",
                "移动电话",
                "入住时间",
                "计费面积",
            ],
            ["3-1-502", "R000123", "王建国", "业主", "身份证", N1, "13812345671", 43831, 89.5],
        ],
        "residents",
        {
            "客户名称": "name",
            "客户类型": "owner_kind",
            "证件号码": "id_number",
            "移动电话": "phone",
            "入住时间": "from_on",
            "计费面积": "area",
        },
        (1,),
        (2,),
    ),
    "permanent population with yes and no columns": Shape(
        [
            [
                "社区名称",
                "网格",
                "姓名",
                "身份证号码",
                "是否低保",
                "是否残疾",
                "是否退役军人",
                "是否独生子女户",
                "文化程度",
                "婚姻状况",
                "政治面貌",
                "工作单位",
                "现住址",
            ],
            [
                "广瑞一村社区",
                "第一网格",
                "王建国",
                N1,
                "否",
                "是",
                "否",
                "",
                "大专",
                "已婚",
                "群众",
                "自由职业",
                "广瑞一村3-502",
            ],
        ],
        "residents",
        {
            "社区名称": "community",
            "姓名": "name",
            "是否低保": "trait:is_dibao",
            "是否残疾": "trait:has_disability_certificate",
            "文化程度": "education",
            "婚姻状况": "marital",
            "政治面貌": "political",
            "工作单位": "trait:employer",
            "现住址": "address",
        },
        (1,),
        (2,),
    ),
}
