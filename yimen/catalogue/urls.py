from django.urls import path

from yimen.catalogue.views import skills

urlpatterns = [
    path("skills", skills.skills, name="skills"),
    path("skills/<str:ref>", skills.worker, name="skills_worker"),
]
