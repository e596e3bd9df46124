from django.urls import path

from yimen.catalogue.views import editing, matters, skills

urlpatterns = [
    path("catalogue", matters.catalogue, name="catalogue"),
    path("catalogue/parameters", editing.parameters, name="parameters"),
    path("catalogue/parameters/<str:name>", editing.set_parameter, name="parameter_set"),
    path("catalogue/<str:code>", matters.matter, name="matter"),
    path("catalogue/<str:code>/edit", editing.edit, name="matter_edit"),
    path("skills", skills.skills, name="skills"),
    path("skills/<str:ref>", skills.worker, name="skills_worker"),
]
