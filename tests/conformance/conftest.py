"""What every address is asked about: one approved case and everybody around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from audit.alerts.models import Alert
from audit.trail.models import Event
from capture.stations import actions as stations
from hukou.accounts.models import Office, Officer
from hukou.console import images
from hukou.kernel import clock
from tests.support import cases
from tests.support.certificates import certificate
from tests.support.stations import DEVICE
from workflows.approvals import deputies
from workflows.cases import letters
from workflows.cases.models import MaterialPage
from workflows.seals.bulk import actions as batches
from workflows.seals.models import Seal, SealApplication
from workflows.seals.register import authorisations

from . import oversight

ROLES = [
    "auxiliary",
    "clerk",
    "other_clerk",
    "leader",
    "branch_officer",
    "city_officer",
    "overseer",
    "system_admin",
    "anonymous",
]


@dataclass(frozen=True)
class World:
    """What the addresses are about."""

    people: dict[str, Officer | None]
    values: dict[str, dict[str, Any]]
    """Route name → the values in its address."""


def names(routes: URLResolver | None = None) -> Iterator[str]:
    """Every named route of the site."""
    for route in (routes or get_resolver()).url_patterns:
        if isinstance(route, URLResolver):
            yield from names(route)
        elif isinstance(route, URLPattern):
            assert route.name, f"{route.pattern} has no name"
            yield route.name


@pytest.fixture
def world(
    station: Office,
    clerk: Officer,
    auxiliary: Officer,
    other_clerk: Officer,
    leader: Officer,
    branch_officer: Officer,
    city_officer: Officer,
    overseer: Officer,
    system_admin: Officer,
) -> World:
    """An approved case, everybody around it, and an alert about it."""
    cases.load_catalogue()
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.handed_up(station, clerk)
    case = cases.noticed(cases.decided(cases.decided(case, leader), branch_officer))
    letter = letters.issue(case_id=case.pk, kind="receipt", by=clerk, details={}).pk
    now = clock.now()
    alert = Alert.objects.create(
        rule="case.capture_overdue", subject=f"cases.case:{case.pk}", office=station, due_at=now, rung=1, raised_at=now
    )
    workstation, _token = stations.register(office_id=station.pk, name="1 号窗口", by=clerk)
    (camera,) = stations.beat(workstation=workstation, devices=[DEVICE])
    given = deputies.deputise(
        duty_id=leader.duties.get().pk,
        deputy=clerk,
        starts_on=clock.today(),
        ends_on=clock.today(),
        by=leader,
        reason="外出培训",
    )
    of_clerk, seal_on = Seal.objects.get(officer=clerk), SealApplication.objects.filter(document__case=case)[0]
    loan = authorisations.authorise(
        office=station,
        kind="",
        starts_on=clock.today(),
        ends_on=clock.today(),
        by=leader,
        reason="代办",
        to_office=other_clerk.duties.get().office,
    )
    held = cases.held(case, "M_REG_FORM", clerk).pk
    page = MaterialPage.objects.filter(material__case=case).select_related("page")[0]
    placed, picture = page.pk, resolve(images.url(page.page.sha256, "screen", clerk)).kwargs
    event = Event.objects.filter(case_id=case.pk).values_list("pk", flat=True)[0]
    batch = batches.make(by=clerk, title="户籍证明").pk
    batches.bring(batch_id=batch, by=clerk, name="1.pdf", pdf=certificate(1))
    about_case = {name: {"pk": case.pk} for name in names() if name.startswith("case_")} | {"case": {"pk": case.pk}}
    people = [auxiliary, clerk, other_clerk, leader, branch_officer, city_officer, overseer, system_admin, None]
    return World(
        people=dict(zip(ROLES, people, strict=True)),
        values=about_case
        | oversight.values(case)
        | {
            "case_pick": {},
            "case_open": {"subtype": "1102"},
            "case_letter": {"pk": case.pk, "letter": letter},
            "case_letter_hand_over": {"pk": case.pk, "letter": letter},
            "case_form": {"pk": case.pk, "material": "M_CONFIRM_SHEET"},
            "case_document": {"pk": case.pk, "kind": "case_file"},
            "document_page": {"pk": case.pk, "kind": "case_file", "number": 1},
            "page_supersede": {"pk": case.pk, "placement": placed},
            "page_turn": {"pk": case.pk, "placement": placed},
            "page_order": {"pk": case.pk, "material": "M_HUKOU_BOOK"},
            "held_keep": {"pk": case.pk, "held": held},
            "held_drop": {"pk": case.pk, "held": held},
            "case_event_proof": {"pk": case.pk, "event": event},
            "case_page_proof": {"pk": case.pk, "page": page.page_id},
            "case_page_proof_files": {"pk": case.pk, "page": page.page_id},
            "trail_event_proof": {"event": event},
            "trail_list": {"kind": "csv"},
            "case_printed": {"pk": case.pk, "what": "trail"},
            "case_turn": {"pk": case.pk, "act": "urge"},
            "case_decide_turn": {"pk": case.pk, "act": "claim"},
            "deputy_revoke": {"pk": given.pk},
            "check_code": {"code": "0" * 16},
            "upload": {"sha256": "0" * 64},
            "page_picture": picture,
            "calendar_year": {"year": 2026},
            "calendar_mark": {"year": 2026},
            "calendar_complete": {"year": 2027},
            "alert_close": {"pk": alert.pk},
            "station_renew": {"pk": workstation.pk},
            "station_revoke": {"pk": workstation.pk},
            "case_seal_finish": {"pk": case.pk, "application": seal_on.pk},
            "seal": {"pk": of_clerk.pk},
            "seal_picture": {"pk": of_clerk.pk},
            "seal_act": {"pk": of_clerk.pk, "act": "suspend"},
            "seal_loan_end": {"pk": loan.pk},
        }
        | {name: {"pk": batch} for name in ("batch", "batch_bring", "batch_look", "batch_begin", "batch_pause")}
        | {name: {"pk": batch, "position": 1} for name in ("batch_paper", "batch_shown", "batch_aside")}
        | {"batch_picture": {"pk": batch, "position": 1, "page": 1}}
        | {
            name: {"pk": camera.pk}
            for name in ("camera_purpose", "camera_calibrate", "camera_look", "camera_calibrated")
        },
    )
