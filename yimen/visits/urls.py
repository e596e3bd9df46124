from django.urls import path

from yimen.visits.views import coverage, findings, journal, patch, rule, visits

urlpatterns = [
    path("my-patch", patch.my_patch, name="my_patch"),
    path("my-patch/gap", patch.gap, name="gap"),
    path("my-patch/goal", patch.goal, name="goal"),
    path("visits", visits.visits, name="visits"),
    path("visits/plan", patch.walk_plan, name="visits_plan"),
    path("visits/plan/send", patch.send, name="visits_send"),
    path("visits/<str:ref>", visits.visit, name="visit"),
    path("visits/<str:ref>/correct", visits.correct, name="visit_correct"),
    path("findings", findings.desk, name="findings"),
    path("findings/<str:ref>", findings.finding, name="finding"),
    path("findings/<str:ref>/take", findings.take_, name="finding_take"),
    path("findings/<str:ref>/refuse", findings.refuse_, name="finding_refuse"),
    path("journal", journal.journal, name="journal"),
    path("journal.pdf", journal.book, name="journal_book"),
    path("journal/note", journal.note, name="journal_note"),
    path("journal/<str:on>", journal.day, name="journal_day"),
    path("coverage", coverage.coverage_page, name="coverage"),
    path("coverage/goals/<str:ref>", coverage.answer, name="goal_answer"),
    path("vulnerable", rule.households, name="vulnerable"),
    path("vulnerable/rule", rule.rule, name="vulnerable_rule"),
    path("vulnerable/rule/set", rule.set_, name="vulnerable_rule_set"),
    path("vulnerable/mark", rule.mark_, name="vulnerable_mark"),
    path("vulnerable/<str:ref>/unmark", rule.unmark_, name="vulnerable_unmark"),
]
