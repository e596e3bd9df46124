from django.urls import path

from yimen.cases.views import follow_ups, intake, papers, receipts, supervise
from yimen.cases.views.case import case
from yimen.cases.views.lists import cases
from yimen.cases.views.verbs import verb_door
from yimen.cases.views.workbench import workbench

VERBS = (
    "claim",
    "offer",
    "answer_offer",
    "pause",
    "resume",
    "material",
    "note",
    "message",
    "send_up",
    "send_back",
    "decide",
    "withdraw",
    "ask_extension",
    "answer_extension",
    "urge",
)

urlpatterns = [
    path("", workbench, name="workbench"),
    path("cases", cases, name="cases"),
    path("cases/<str:number>", case, name="case"),
    path("intake", intake.intake, name="intake"),
    path("intake/number", intake.number, name="intake-number"),
    path("intake/<str:ref>", intake.draft, name="intake-draft"),
    path("intake/<str:ref>/once-notice.pdf", receipts.notice_pdf, name="intake-notice"),
    path("drafts", intake.drafts, name="drafts"),
    path("drafts/<str:ref>/take-over", intake.take_over, name="draft-take-over"),
    path("drafts/<str:ref>/drop", intake.drop, name="draft-drop"),
    path("drafts/<str:ref>/restore", intake.restore, name="draft-restore"),
    path("visits/<str:number>/receipt", receipts.receipt, name="receipt"),
    path("visits/<str:number>/receipt.pdf", receipts.receipt_pdf, name="receipt-pdf"),
    path("cases/<str:number>/decision.pdf", papers.decision, name="case-decision"),
    path("cases/<str:number>/once-notice.pdf", papers.once_notice, name="case-once-notice"),
    *(path(f"cases/<str:number>/{verb}", verb_door(verb), name=f"case-{verb}") for verb in VERBS),
    path("supervise", supervise.supervise, name="supervise"),
    path("supervise/urge", supervise.urge, name="supervise-urge"),
    path("follow-ups", follow_ups.follow_ups, name="follow-ups"),
    path("follow-ups/<str:ref>", follow_ups.follow_up, name="follow-up"),
    path("follow-ups/<str:ref>/answer", follow_ups.answer, name="follow-up-answer"),
]
