"""The closed lists of the catalogue: codes as they stand in the data files and in the database."""

from enum import StrEnum


class MaterialState(StrEnum):
    """What becomes of one paper on the once-only checklist. Only `MISSING` asks anyone to do anything."""

    KEPT = "kept"  # 已存有效: a copy on file is still valid
    SHARED = "shared"  # 部门共享: a system knows it, or the platform prints it
    PROMISED = "promised"  # 承诺替代: a signed commitment stands in for it
    LOOK = "look"  # 看原件: shown, never kept
    MISSING = "missing"  # 缺待交
    WAIVED = "waived"  # 本情形免交


class DecisionLevel(StrEnum):
    """The level whose office decides a matter, nearest to the resident first."""

    COMMUNITY = "community"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


class Initiation(StrEnum):
    """Who starts a case."""

    ON_APPLICATION = "on_application"  # 依申请
    PROACTIVE = "proactive"  # 主动服务: the station starts it
    BOTH = "both"


class Applicant(StrEnum):
    """In whose name a case is."""

    PERSON = "person"
    HOUSEHOLD = "household"
    ORGANISATION = "organisation"


class AccessKind(StrEnum):
    """Who may know that a case of the matter exists."""

    NORMAL = "normal"
    RESTRICTED = "restricted"  # the named worker and the deciding office only


class Handling(StrEnum):
    """Whether the resident waits (即办) or is given a date (承诺)."""

    IMMEDIATE = "immediate"
    PROMISED = "promised"


class ItemStatus(StrEnum):
    """What has become of a matter since 2011."""

    CURRENT = "current"
    CHANGING = "changing"
    CHANGED = "changed"
    HISTORIC = "historic"  # closed: kept so that old files can be read


class LimitSource(StrEnum):
    """Where the limit of a matter comes from. Nothing but a city's own decision makes it law."""

    FOUND = "found"  # a public page gave the number
    KNOWN = "known"  # general knowledge of the rule, not checked against its text
    DEFAULT = "default"  # a sensible value, no rule behind it


class ResultType(StrEnum):
    """What the resident holds at the end."""

    BENEFIT = "benefit"
    CERTIFICATE = "certificate"
    RECORD = "record"
    SERVICE = "service"


class FieldType(StrEnum):
    """Types of a form field; values are kept as JSON (see `fields.form_values`)."""

    TEXT = "text"
    LONGTEXT = "longtext"
    INT = "int"
    MONEY = "money"
    DATE = "date"
    BOOL = "bool"
    CHOICE = "choice"
    PHONE = "phone"


class Answer(StrEnum):
    """Three values: what is not on record is unknown, and unknown is never "no"."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
