"""The screens of inspections: what was seen counts for the verdict, and an order is on the desk of its station alone."""

from __future__ import annotations

import pytest
from django.test import Client

from audit.inspection import actions
from audit.inspection.models import Order
from audit.trail.models import Event
from hukou.accounts.models import Officer
from workflows.cases import folders

from .conftest import Inspected

pytestmark = pytest.mark.django_db


def browser(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def test_in_order_needs_every_page_on_the_screen_and_the_look_is_on_record(
    inspected: Inspected, inspector: Officer
) -> None:
    client, address = browser(inspector), f"/inspections/cases/{inspected.sample.pk}/"
    shown = client.get(address)
    pages = [placed.pk for placed in folders.counting_pages(inspected.case)]
    assert shown.status_code == 200
    assert shown.content.count(b"data-sha=") == len(pages) > 0
    assert Event.objects.filter(action="case.viewed", case_id=inspected.case.pk, officer_id=inspector.pk).exists()
    refused = client.post(address, {"verdict": "in_order", "pages_seen": pages[1:]})
    sample = inspected.sample
    sample.refresh_from_db()
    assert (refused.status_code, sample.verdict) == (422, "")
    done = client.post(address, {"verdict": "in_order", "pages_seen": pages})
    assert (done.status_code, done["Location"]) == (302, f"/inspections/{inspected.duty.pk}/")
    sample.refresh_from_db()
    assert sample.reviewed_by == inspector


def test_what_was_typed_survives_a_refusal_and_an_order_reaches_the_desk_of_its_station(
    inspected: Inspected, inspector: Officer, clerk: Officer, other_clerk: Officer
) -> None:
    client, address = browser(inspector), f"/inspections/cases/{inspected.sample.pk}/"
    refused = client.post(f"{address}findings/", {"kind": "", "severity": "2", "words": "缺户口专用章"})
    assert refused.status_code == 422
    assert "缺户口专用章" in refused.content.decode()
    noted = {"kind": "no_seal", "severity": "2", "words": "缺户口专用章", "material": "M_REG_FORM"}
    assert client.post(f"{address}findings/", noted).status_code == 302
    assert client.post(address, {"verdict": "findings"}).status_code == 302
    found = inspected.sample.findings.get()
    sent = client.post(f"{address}order/", {"findings": [found.pk], "text": "补盖后补采", "working_days": "3"})
    order = Order.objects.get()
    assert sent["Location"] == f"/orders/{order.pk}/"
    assert order.number in browser(clerk).get("/").content.decode()
    assert order.number not in browser(other_clerk).get("/").content.decode()
    assert browser(other_clerk).get(f"/orders/{order.pk}/").status_code == 404
    answered = browser(clerk).post(f"/orders/{order.pk}/answer/", {"words": "已补盖"})
    assert answered.status_code == 302
    assert order.number in client.get("/").content.decode()


def test_the_frame_that_can_be_taken_away_draws_the_same_sample(inspected: Inspected, inspector: Officer) -> None:
    frame = browser(inspector).get(f"/inspections/{inspected.duty.pk}/frame.json").json()
    assert frame["entries"] == [[inspected.sample.subject, inspected.case.station.code, 1, 2, ["returned"]]]
    assert actions.draw(duty_id=inspected.duty.pk, by=inspector).frame_sha256 == frame["frame_sha256"]
