from django.urls import path

from yimen.registry.views import changes, people

urlpatterns = [
    path("people", people.residents, name="people"),
    path("people/new", changes.new, name="person_new"),
    path("people/new/check", changes.check, name="person_check"),
    path("people/<str:ref>", people.resident, name="person"),
    path("people/<str:ref>/reveal", people.reveal, name="person_reveal"),
    path("people/<str:ref>/seen-by", people.seen_by, name="person_seen_by"),
    path("people/<str:ref>/correct", changes.correct, name="person_correct"),
    path("people/<str:ref>/undo", changes.undo, name="person_undo"),
    path("people/<str:ref>/move", changes.move, name="person_move"),
    path("people/<str:ref>/merge", changes.merge, name="person_merge"),
    path("people/<str:ref>/part", changes.part, name="person_part"),
    path("people/<str:ref>/traits", changes.traits, name="person_traits"),
    path("people/<str:ref>/traits/end", changes.end_trait, name="person_end_trait"),
    path("doors/<str:ref>", people.dwelling, name="dwelling"),
]
