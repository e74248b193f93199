"""What the addresses of paper answer everybody; see `tests.conformance.test_every_address`."""

from __future__ import annotations

from typing import Any

from tests.support import paper
from workflows.cases.models import Case
from workflows.volumes import actions

SEEN = "200 200 404 200 200 200 200 404 302"
NO_PAGE = "405 405 405 405 405 405 405 405 302"
STATUS: dict[str, str] = {
    "GET paper": "302 302 302 302 200 200 200 403 302",
    "POST paper": NO_PAGE,
    "GET paper_find": NO_PAGE,
    "POST paper_find": "422 422 422 422 422 422 422 422 302",
    "GET paper_room": SEEN,
    "POST paper_room": NO_PAGE,
    "GET paper_tray": SEEN,
    "POST paper_tray": NO_PAGE,
    "GET paper_cabinet_make": NO_PAGE,
    "POST paper_cabinet_make": "422 422 404 403 403 403 403 404 302",
    "GET paper_box_make": NO_PAGE,
    "POST paper_box_make": "302 302 404 403 403 403 403 404 302",
    "GET paper_volume_open": NO_PAGE,
    "POST paper_volume_open": "422 422 404 422 422 422 422 404 302",
    "GET paper_binding_list": SEEN,
    "POST paper_binding_list": NO_PAGE,
    "GET paper_box_move": NO_PAGE,
    "POST paper_box_move": "422 422 404 422 422 422 422 404 302",
    "GET paper_box_labels": SEEN,
    "POST paper_box_labels": NO_PAGE,
    "GET paper_volume": SEEN,
    "POST paper_volume": NO_PAGE,
    "GET paper_put_in": NO_PAGE,
    "POST paper_put_in": "422 422 404 403 403 403 403 404 302",
    "GET paper_bind": NO_PAGE,
    "POST paper_bind": "422 422 404 422 422 422 422 404 302",
    "GET paper_volume_move": NO_PAGE,
    "POST paper_volume_move": "422 422 404 422 422 422 422 404 302",
    "GET paper_volume_label": SEEN,
    "POST paper_volume_label": NO_PAGE,
    "GET paper_contents": SEEN,
    "POST paper_contents": NO_PAGE,
    "GET paper_request_volume": NO_PAGE,
    "POST paper_request_volume": "403 422 404 422 422 422 422 404 302",
    "GET paper_take_out": NO_PAGE,
    "POST paper_take_out": "422 422 404 403 403 403 403 404 302",
    "GET paper_loans": "200 200 200 200 200 200 200 200 302",
    "POST paper_loans": NO_PAGE,
    "GET paper_loan_act": NO_PAGE,
    "POST paper_loan_act": "403 403 404 422 403 403 403 404 302",
    "GET paper_request": NO_PAGE,
    "POST paper_request": "403 422 404 422 422 422 422 404 302",
    "GET paper_difference_record": NO_PAGE,
    "POST paper_difference_record": "422 422 404 422 422 422 422 404 302",
    "GET paper_differences": "200 200 200 200 200 200 200 200 302",
    "POST paper_differences": NO_PAGE,
    "GET paper_difference_settle": NO_PAGE,
    "POST paper_difference_settle": "403 422 404 422 403 403 403 404 302",
    "GET paper_tracks": "200 200 200 200 200 200 200 403 302",
    "POST paper_tracks": "422 422 422 422 422 422 422 403 302",
}
"""As `test_every_address.STATUS`."""

ACT = "does something; the act is on record, and a page it shows again puts its look on record with that page"
NUMBERS = "shows numbers of cases, volumes and places, no name"
WHY_NOT: dict[str, str] = {
    "paper": "shows counts by station",
    "paper_find": "leads on to a volume, a box or a case, which put their own look on record",
    "paper_room": NUMBERS,
    "paper_cabinet_make": ACT,
    "paper_box_make": ACT,
    "paper_volume_open": ACT,
    "paper_binding_list": NUMBERS,
    "paper_box_move": ACT,
    "paper_box_labels": NUMBERS,
    "paper_put_in": ACT,
    "paper_bind": ACT,
    "paper_volume_move": ACT,
    "paper_volume_label": NUMBERS,
    "paper_request_volume": ACT,
    "paper_take_out": ACT,
    "paper_loans": NUMBERS,
    "paper_loan_act": ACT,
    "paper_request": ACT,
    "paper_difference_record": ACT,
    "paper_differences": NUMBERS,
    "paper_difference_settle": ACT,
    "paper_tracks": "shows the catalogue and what the city decided",
}
"""As `test_every_look.WHY_NOT`."""


def values(case: Case) -> dict[str, dict[str, Any]]:
    """Route name → the values in its address, about the approved case of the world."""
    clerk, station = case.accepted_by, case.station
    assert clerk is not None
    lying = paper.filed(station, clerk)
    volume = paper.volume(lying, clerk)
    item = paper.put_in(lying, volume, clerk)
    box = actions.make_box(station_id=station.pk, by=clerk)
    loan = actions.request_paper(case_id=case.pk, purpose="repair", by=clerk)
    found = actions.record_difference(case_id=case.pk, kind="damaged", found="inspection", note="破损", by=clerk)
    of_station = ("paper_room", "paper_tray", "paper_cabinet_make", "paper_box_make", "paper_volume_open")
    of_volume = ("volume", "put_in", "bind", "volume_move", "volume_label", "contents", "request_volume")
    return (
        {name: {"pk": station.pk} for name in of_station}
        | {f"paper_{name}": {"pk": volume.pk} for name in of_volume}
        | {name: {"pk": box.pk} for name in ("paper_box_move", "paper_box_labels")}
        | {name: {"pk": case.pk} for name in ("paper_request", "paper_difference_record")}
        | {
            "paper_binding_list": {"pk": station.pk, "year": volume.year},
            "paper_take_out": {"pk": item.pk},
            "paper_loan_act": {"pk": loan.pk, "act": "refuse"},
            "paper_difference_settle": {"pk": found.pk},
        }
    )
