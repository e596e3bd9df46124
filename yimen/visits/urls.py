from django.urls import path

from yimen.visits.views import rule

urlpatterns = [
    path("vulnerable", rule.households, name="vulnerable"),
    path("vulnerable/rule", rule.rule, name="vulnerable_rule"),
    path("vulnerable/rule/set", rule.set_, name="vulnerable_rule_set"),
    path("vulnerable/mark", rule.mark_, name="vulnerable_mark"),
    path("vulnerable/<str:ref>/unmark", rule.unmark_, name="vulnerable_unmark"),
]
