"""Readings that a converter gets wrong: surnames, compound surnames, characters of given names.

The first reading is the one to sort by; the others are what people also type. pypinyin reads 单 as dan, 曾 as
ceng, 仇 as chou, 解 as jie and 查 as cha; as surnames they are shan, zeng, qiu, xie and zha.
"""

_SURNAMES = """
单:shan|dan|chan 曾:zeng|ceng 仇:qiu|chou 区:ou|qu 解:xie|jie 查:zha|cha
盖:ge|gai 朴:piao|pu|po 任:ren 尉:wei|yu 乐:yue|le 翟:zhai|di 华:hua 宁:ning
葛:ge 万:wan|mo 俟:qi|si 覃:qin|tan 缪:miao|mou 员:yun|yuan 秘:bi|mi 冼:xian
洗:xian|xi 种:chong|zhong 重:chong|zhong 黑:he|hei 折:she|zhe 召:shao|zhao
祭:zhai|ji 瞿:qu|ju 繁:po|fan 晟:cheng|sheng 牟:mou|mu 那:na|nuo 能:nai|neng
适:kuo|shi 宿:su|xiu 隗:wei|kui 车:che|ju 卜:bu|bo 柏:bai|bo 薄:bo|bao 贾:jia|gu
都:du|dou 长:zhang|chang 藏:zang|cang 臧:zang|cang 郗:xi|chi 佴:nai|er
阚:kan|han 乜:nie|mie 句:gou|ju 盛:sheng|cheng 谌:chen|shen 褚:chu|zhu
炅:gui|jiong 逢:pang|feng 粘:nian|zhan 颉:xie|jie 参:shen|can 角:jue|jiao
圈:juan|quan 会:gui|hui 不:fou|bu 么:yao|me 行:xing|hang 强:qiang|jiang
俞:yu|shu 莘:shen|xin 钭:tou|dou 於:yu|wu 郄:qie|xi 宓:mi|fu 逯:lu|dai
降:jiang|xiang 称:cheng|chen 教:jiao 调:diao|tiao 率:lv|shuai 巷:xiang|hang
传:chuan|zhuan 校:xiao|jiao 大:da|dai 谷:gu|yu 蔚:wei|yu 朝:chao|zhao 奇:qi|ji
色:se|shai 落:luo|la
"""

_GIVEN = """
乐:le|yue 行:xing|hang 朝:chao|zhao 长:chang|zhang 重:zhong|chong 茜:qian|xi
晟:sheng|cheng 莎:sha|suo 娜:na|nuo 大:da|dai 传:chuan|zhuan 盛:sheng|cheng
贾:jia|gu 柏:bai|bo 藏:cang|zang 都:du|dou 伽:jia|qie 阿:a|e 强:qiang|jiang
杉:shan|sha 禅:chan|shan 车:che|ju 露:lu|lou 薄:bo|bao 曾:zeng|ceng 单:dan|shan
解:jie|xie 查:cha|zha 翟:zhai|di 万:wan|mo 区:qu|ou 仇:chou|qiu 盖:gai|ge
朴:pu|piao 尉:wei|yu 员:yuan|yun 覃:qin|tan 召:zhao|shao 参:shen|can
角:jiao|jue 炅:jiong|gui 颉:jie|xie 蔚:wei|yu 靓:liang|jing 琢:zhuo|zuo
珲:hui|hun 珩:heng|hang 婼:ruo|chuo 湛:zhan 澄:cheng|deng 降:jiang|xiang
桢:zhen|zheng 祯:zhen|zheng 㐂:xi 𠅤:xi 䶮:yan 𬭊:du
"""

_SYLLABLES = """
a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai
can cang cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai
chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo da dai dan dang dao de dei den deng di
dia dian diao die din ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang fei fen feng
fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha
hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao
jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan
kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo
long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo
mou mu na nai nan nang nao ne nei nen neng ni nia nian niang niao nie nin ning niu nong nou nu nuan
nun nuo nv nve o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian
qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan
rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou
shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te
tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wong wu
xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong
you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng
zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """character:reading|reading, separated by blanks."""
    rows = (entry.partition(":") for entry in text.split())
    return {han: tuple(readings.split("|")) for han, _, readings in rows}


# character: its readings as a surname, the right one first, then those it has as a word
SURNAMES = _table(_SURNAMES)

# character: readings in a given name where two are in use, and rare characters that the converter cannot read
GIVEN = _table(_GIVEN)

# every syllable without tones, ü written v
SYLLABLES = frozenset(_SYLLABLES.split())

# compound surname: its readings, the right one first, then those of people who read it character by character
COMPOUNDS: dict[str, tuple[str, ...]] = {
    "尉迟": ("yu chi", "wei chi"),
    "万俟": ("mo qi", "wan si", "wan qi"),
    "单于": ("chan yu", "shan yu", "dan yu"),
    "长孙": ("zhang sun", "chang sun"),
    "澹台": ("tan tai", "dan tai"),
    "乐正": ("yue zheng", "le zheng"),
    "子车": ("zi ju", "zi che"),
    "谷梁": ("gu liang",),
    "亓官": ("qi guan",),
    "拓跋": ("tuo ba", "ta ba"),
    "鲜于": ("xian yu",),
    "夹谷": ("jia gu",),
    "令狐": ("ling hu",),
    "皇甫": ("huang fu", "huang pu"),
    "颛孙": ("zhuan sun",),
    "呼延": ("hu yan",),
    "宰父": ("zai fu",),
    "哥舒": ("ge shu",),
    "叱干": ("chi gan",),
    "区阳": ("ou yang",),
}
