"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts, receipts

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]
TEXTS = [
    path("texts/receipts/", receipts.receipts, name="text_receipts"),
]

urlpatterns = [*ALERTS, *TEXTS]
