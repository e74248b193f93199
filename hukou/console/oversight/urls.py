"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts, inspections, orders, outcomes, reviewing

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

urlpatterns = [*ALERTS, *INSPECTIONS]
