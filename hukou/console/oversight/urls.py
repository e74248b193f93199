"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts, circulars, inspections, orders, outcomes, reviewing
from .wall import views as wall

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]
INSPECTIONS = [
    path("inspections/", inspections.calendar, name="inspections"),
    path("inspections/plan/", inspections.plan, name="inspection_plan"),
    path("inspections/results/", outcomes.results, name="inspection_results"),
    path("inspections/findings/", outcomes.findings, name="inspection_findings"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/frame.json", inspections.frame, name="inspection_frame"),
    path("inspections/<int:pk>/draw/", inspections.draw, name="inspection_draw"),
    path("inspections/<int:pk>/pick/", inspections.pick, name="inspection_pick"),
    path("inspections/<int:pk>/conclude/", inspections.conclude, name="inspection_conclude"),
    path("inspections/cases/<int:pk>/", reviewing.review, name="inspection_review"),
    path("inspections/cases/<int:pk>/check/", reviewing.check, name="inspection_check"),
    path("inspections/cases/<int:pk>/findings/", reviewing.finding, name="inspection_finding"),
    path("inspections/cases/<int:pk>/findings/<int:finding>/drop/", reviewing.drop, name="inspection_finding_drop"),
    path("inspections/cases/<int:pk>/order/", reviewing.order, name="inspection_order"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/<slug:act>/", orders.act, name="order_act"),
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
    path("circulars/<str:month>/v<int:version>/seal/", circulars.circular_seal, name="circular_seal"),
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

urlpatterns = [*ALERTS, *INSPECTIONS, *CIRCULARS, *WALL]
