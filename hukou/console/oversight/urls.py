"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts, circulars
from .wall import views as wall

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]

CIRCULARS = [
    path("circulars/", circulars.circulars, name="circulars"),
    path("circulars/<str:month>/", circulars.circular, name="circular"),
    path("circulars/<str:month>/draft/", circulars.circular_draft, name="circular_draft"),
    path("circulars/<str:month>/freeze/", circulars.circular_freeze, name="circular_freeze"),
    path("circulars/<str:month>/compare/", circulars.circular_compare, name="circular_compare"),
    path("circulars/<str:month>/cases/", circulars.circular_cases, name="circular_cases"),
    path("circulars/<str:month>/v<int:version>/", circulars.circular, name="circular_version"),
    path("circulars/<str:month>/v<int:version>/circular.<slug:kind>", circulars.circular_file, name="circular_file"),
    path("circulars/<str:month>/v<int:version>/read/", circulars.circular_read, name="circular_read"),
    path("circulars/<str:month>/v<int:version>/state/", circulars.circular_state, name="circular_state"),
    path("circulars/statements/<int:pk>/answer/", circulars.circular_answer, name="circular_answer"),
]
WALL = [
    path("wall/", wall.wall, name="wall"),
    path("wall/figures/", wall.wall_figures, name="wall_figures"),
    path("wall/screens/", wall.wall_screens, name="wall_screens"),
    path("wall/screens/hang/", wall.wall_hang, name="wall_hang"),
    path("wall/screens/<int:pk>/down/", wall.wall_take_down, name="wall_take_down"),
]

urlpatterns = [*ALERTS, *CIRCULARS, *WALL]
