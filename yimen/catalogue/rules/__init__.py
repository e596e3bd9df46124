"""What the catalogue decides, in plain Python: shapes, conditions, the once-only checklist, forms, limits."""

from yimen.catalogue.rules.checklist import ChecklistLine, Holding, OnFile, answered, checklist
from yimen.catalogue.rules.defaults import read_defaults
from yimen.catalogue.rules.eligibility import (
    ClauseResult,
    Suggestion,
    Verdict,
    eligibility,
    suggestions,
)
from yimen.catalogue.rules.fields import FieldError, FormResult, form_values
from yimen.catalogue.rules.kinds import (
    AccessKind,
    Answer,
    Applicant,
    DecisionLevel,
    FieldType,
    Handling,
    Initiation,
    ItemStatus,
    LimitSource,
    MaterialState,
    ResultType,
)
from yimen.catalogue.rules.limits import limits_ok
from yimen.catalogue.rules.parse import item_of
from yimen.catalogue.rules.shapes import (
    Catalogue,
    Category,
    Clause,
    Field,
    Guide,
    Item,
    Material,
    Needs,
    Question,
    Suggest,
    Text,
)

__all__ = [
    "AccessKind",
    "Answer",
    "Applicant",
    "Catalogue",
    "Category",
    "ChecklistLine",
    "Clause",
    "ClauseResult",
    "DecisionLevel",
    "Field",
    "FieldError",
    "FieldType",
    "FormResult",
    "Guide",
    "Handling",
    "Holding",
    "Initiation",
    "Item",
    "ItemStatus",
    "LimitSource",
    "Material",
    "MaterialState",
    "Needs",
    "OnFile",
    "Question",
    "ResultType",
    "Suggest",
    "Suggestion",
    "Text",
    "Verdict",
    "answered",
    "checklist",
    "eligibility",
    "form_values",
    "item_of",
    "limits_ok",
    "read_defaults",
    "suggestions",
]
