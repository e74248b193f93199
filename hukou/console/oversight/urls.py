"""Addresses of oversight; one list per room."""

from django.urls import path

from . import alerts, statistics

ALERTS = [
    path("alerts/", alerts.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", alerts.alert_close, name="alert_close"),
]

STATISTICS = [
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/cases/", statistics.statistics_cases, name="statistics_cases"),
    path("statistics/table.<slug:kind>", statistics.statistics_export, name="statistics_export"),
    path("statistics/keep/", statistics.statistics_keep, name="statistics_keep"),
    path("statistics/<int:pk>/remove/", statistics.statistics_remove, name="statistics_remove"),
]

urlpatterns = [*ALERTS, *STATISTICS]
