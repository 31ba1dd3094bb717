"""The addresses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.peer import views


def start(request: HttpRequest) -> HttpResponse:
    return render(request, "peer/start.html")


urlpatterns = [
    path("", start),
    path("anmalan/borja", views.begin),
    path("anmalan/granska", views.review),
    path("anmalan/kvitto", views.receipt),
    path("anmalan/<slug:page>", views.question),
]
