"""Addresses of the screens. Ids only: no personal data ever stands in an address."""

from django.urls import path

from . import camera, decisions, desk, images, offline, oversight, results, style, uploads, window

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("search/", desk.search, name="search"),
    path("cases/new/", window.pick, name="case_pick"),
    path("cases/new/<str:subtype>/", window.open_case, name="case_open"),
    path("cases/<int:pk>/", window.case, name="case"),
    path("cases/<int:pk>/edit/", window.edit, name="case_edit"),
    path("cases/<int:pk>/accept/", window.accept, name="case_accept"),
    path("cases/<int:pk>/hand-up/", window.hand_up, name="case_hand_up"),
    path("cases/<int:pk>/withdraw/", window.withdraw, name="case_withdraw"),
    path("cases/<int:pk>/file/", window.file, name="case_file"),
    path("cases/<int:pk>/capture/", camera.capture, name="case_capture"),
    path("cases/<int:pk>/pages/", camera.upload, name="case_upload"),
    path("cases/<int:pk>/pages/<int:placement>/supersede/", camera.supersede, name="page_supersede"),
    path("cases/<int:pk>/pages/<int:placement>/turn/", camera.turn, name="page_turn"),
    path("cases/<int:pk>/materials/<str:material>/order/", camera.order, name="page_order"),
    path("cases/<int:pk>/held/<int:held>/keep/", camera.keep, name="held_keep"),
    path("cases/<int:pk>/held/<int:held>/drop/", camera.drop, name="held_drop"),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<slug:sha256>/", uploads.upload, name="upload"),
    path("worker.js", offline.worker, name="worker"),
    path("images/<str:sha256>/<slug:size>/<slug:signature>.jpg", images.picture, name="page_picture"),
    path("inbox/", decisions.inbox, name="inbox"),
    path("cases/<int:pk>/decide/", decisions.decide, name="case_decide"),
    path("cases/<int:pk>/notice/", results.notice, name="case_notice"),
    path("cases/<int:pk>/notice/read/", results.read, name="case_notice_read"),
    path("cases/<int:pk>/documents/<slug:kind>.pdf", results.document, name="case_document"),
    path("cases/<int:pk>/documents/<slug:kind>/<int:number>.png", results.page, name="document_page"),
    path("cases/<int:pk>/seals/", results.seal_report, name="case_seals"),
    path("cases/<int:pk>/trail/", oversight.case_trail, name="case_trail"),
    path("alerts/", oversight.alert_list, name="alerts"),
    path("alerts/<int:pk>/close/", oversight.alert_close, name="alert_close"),
    path("style/", style.style, name="style"),
]
