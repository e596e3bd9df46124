from django.urls import path

from yimen.oversight import views

urlpatterns = [
    path("unusual", views.unusual, name="unusual"),
    path("unusual/<str:ref>/review", views.review, name="unusual_review"),
]
