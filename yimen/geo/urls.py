from django.urls import path

from yimen.geo.views import ground, maps, towers

urlpatterns = [
    path("buildings", towers.buildings, name="buildings"),
    path("buildings/<str:ref>", towers.building, name="building"),
    path("map", maps.whole, name="map"),
    path("map/ground", ground.ground, name="ground"),
    path("map/ground/new", ground.bring, name="ground_new"),
    path("map/ground/<str:ref>", ground.one, name="ground_file"),
    path("map/ground/<str:ref>/measure", ground.measure, name="ground_measure"),
    path("map/ground/<str:ref>/drop", ground.drop, name="ground_drop"),
    path("map/ground/<str:ref>/apply", ground.apply, name="ground_apply"),
    path("map/ground/<str:ref>/undo", ground.undo, name="ground_undo"),
    path("tiles/<str:layer>/<int:z>/<int:x>/<int:y>.mvt", maps.tile, name="tile"),
]
