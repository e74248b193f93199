"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alertrules, alerts, digest, receipts, texts

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/acknowledge/", alerts.acknowledge_together, name="alerts_acknowledge"),
    path("alerts/digest/", digest.digest, name="alert_digest"),
    path("alerts/rules/", alertrules.alert_rules, name="alert_rules"),
    path("alerts/rules/<str:name>/", alertrules.alert_rule, name="alert_rule"),
    path("alerts/rules/<str:name>/terms/", alertrules.set_terms, name="alert_rule_terms"),
    path("alerts/rules/<str:name>/mute/", alertrules.mute, name="alert_mute"),
    path("alerts/mutes/<int:pk>/end/", alertrules.unmute, name="alert_unmute"),
    path("alerts/<int:pk>/", alerts.alert, name="alert"),
    path("alerts/<int:pk>/acknowledge/", alerts.acknowledge, name="alert_acknowledge"),
    path("alerts/<int:pk>/explain/", alerts.explain, name="alert_explain"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]
TEXTS = [
    path("texts/", texts.texts, name="texts"),
    path("texts/receipts/", receipts.receipts, name="text_receipts"),
    path("texts/<int:pk>/again/", texts.again, name="text_again"),
    path("texts/phones/<int:pk>/", texts.phone, name="office_phone"),
]

urlpatterns = [*ALERTS, *TEXTS]
