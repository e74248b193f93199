"""Addresses of oversight; one list per room."""

from django.urls import path

from . import (
    alertrules,
    alerts,
    circulars,
    digest,
    inspections,
    jobs,
    orders,
    outcomes,
    receipts,
    reviewing,
    statistics,
    texts,
)
from .paper import differences, loans, prints, room, tracks, volume
from .wall import views as wall

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
JOBS = [
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/tasks/<str:task>/retry/", jobs.retry_all, name="job_retry_all"),
]
TEXTS = [
    path("texts/", texts.texts, name="texts"),
    path("texts/receipts/", receipts.receipts, name="text_receipts"),
    path("texts/<int:pk>/again/", texts.again, name="text_again"),
    path("texts/phones/<int:pk>/", texts.phone, name="office_phone"),
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
    path("inspections/cases/<int:pk>/paper/", reviewing.paper, name="inspection_paper"),
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

STATISTICS = [
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/cases/", statistics.statistics_cases, name="statistics_cases"),
    path("statistics/table.<slug:kind>", statistics.statistics_export, name="statistics_export"),
    path("statistics/keep/", statistics.statistics_keep, name="statistics_keep"),
    path("statistics/<int:pk>/remove/", statistics.statistics_remove, name="statistics_remove"),
]

PAPER = [
    path("paper/", room.paper, name="paper"),
    path("paper/find/", room.find, name="paper_find"),
    path("paper/stations/<int:pk>/", room.room, name="paper_room"),
    path("paper/stations/<int:pk>/tray/", room.tray, name="paper_tray"),
    path("paper/stations/<int:pk>/cabinets/", room.make_cabinet, name="paper_cabinet_make"),
    path("paper/stations/<int:pk>/boxes/", room.make_box, name="paper_box_make"),
    path("paper/stations/<int:pk>/volumes/", room.open_volume, name="paper_volume_open"),
    path("paper/stations/<int:pk>/binding/<int:year>/", prints.binding_list, name="paper_binding_list"),
    path("paper/boxes/<int:pk>/move/", room.move_box, name="paper_box_move"),
    path("paper/boxes/<int:pk>/labels/", prints.box_labels, name="paper_box_labels"),
    path("paper/volumes/<int:pk>/", volume.volume, name="paper_volume"),
    path("paper/volumes/<int:pk>/put-in/", volume.put_in, name="paper_put_in"),
    path("paper/volumes/<int:pk>/bind/", volume.bind, name="paper_bind"),
    path("paper/volumes/<int:pk>/move/", volume.move, name="paper_volume_move"),
    path("paper/volumes/<int:pk>/label/", prints.volume_label, name="paper_volume_label"),
    path("paper/volumes/<int:pk>/contents/", prints.contents, name="paper_contents"),
    path("paper/volumes/<int:pk>/request/", volume.ask_for_it, name="paper_request_volume"),
    path("paper/items/<int:pk>/take-out/", volume.take_out, name="paper_take_out"),
    path("paper/loans/", loans.loans, name="paper_loans"),
    path("paper/loans/<int:pk>/<slug:act>/", loans.act, name="paper_loan_act"),
    path("paper/cases/<int:pk>/request/", loans.ask, name="paper_request"),
    path("paper/cases/<int:pk>/differences/", differences.record, name="paper_difference_record"),
    path("paper/differences/", differences.differences, name="paper_differences"),
    path("paper/differences/<int:pk>/settle/", differences.settle, name="paper_difference_settle"),
    path("paper/tracks/", tracks.track_list, name="paper_tracks"),
]

urlpatterns = [*ALERTS, *JOBS, *INSPECTIONS, *PAPER, *STATISTICS, *TEXTS, *CIRCULARS, *WALL]
