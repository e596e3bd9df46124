from django.urls import path

from yimen.geo.views import maps, towers

urlpatterns = [
    path("buildings", towers.buildings, name="buildings"),
    path("buildings/<str:ref>", towers.building, name="building"),
    path("map", maps.whole, name="map"),
    path("tiles/<str:layer>/<int:z>/<int:x>/<int:y>.mvt", maps.tile, name="tile"),
]
