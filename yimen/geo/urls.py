from django.urls import path

from yimen.geo.views import towers

urlpatterns = [
    path("buildings", towers.buildings, name="buildings"),
    path("buildings/<str:ref>", towers.building, name="building"),
]
