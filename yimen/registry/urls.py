from django.urls import path

from yimen.registry.views import adding, changes, duplicates, merging, people, protecting, traits

urlpatterns = [
    path("people", people.residents, name="people"),
    path("people/new", adding.new, name="person_new"),
    path("people/new/check", adding.check, name="person_check"),
    path("people/protected", protecting.protected, name="people_protected"),
    path("people/<str:ref>", people.resident, name="person"),
    path("people/<str:ref>/reveal", people.reveal, name="person_reveal"),
    path("people/<str:ref>/seen-by", people.seen_by, name="person_seen_by"),
    path("people/<str:ref>/correct", changes.correct, name="person_correct"),
    path("people/<str:ref>/undo", changes.undo, name="person_undo"),
    path("people/<str:ref>/move", changes.move, name="person_move"),
    path("people/<str:ref>/protect", protecting.protect, name="person_protect"),
    path("people/<str:ref>/unprotect", protecting.unprotect, name="person_unprotect"),
    path("people/<str:ref>/merge", merging.merge, name="person_merge"),
    path("people/<str:ref>/part", merging.part, name="person_part"),
    path("people/<str:ref>/traits", traits.traits, name="person_traits"),
    path("people/<str:ref>/traits/end", traits.end_trait, name="person_end_trait"),
    path("duplicates", duplicates.duplicates, name="duplicates"),
    path("duplicates/<str:ref>", duplicates.duplicate, name="duplicate"),
    path("duplicates/<str:ref>/apart", duplicates.apart, name="duplicate_apart"),
    path("doors/<str:ref>", people.dwelling, name="dwelling"),
]
