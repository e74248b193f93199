"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts
from .wall import views as wall

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]

WALL = [
    path("wall/", wall.wall, name="wall"),
    path("wall/figures/", wall.wall_figures, name="wall_figures"),
    path("wall/screens/", wall.wall_screens, name="wall_screens"),
    path("wall/screens/hang/", wall.wall_hang, name="wall_hang"),
    path("wall/screens/<int:pk>/down/", wall.wall_take_down, name="wall_take_down"),
]

urlpatterns = [*ALERTS, *WALL]
