"""The life of a seal in the register: issued, suspended, resumed, renewed, revoked, locked, left behind, lent."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.trail import queries as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.kernel import clock
from hukou.kernel.errors import NotPermitted
from tests.support import casefiles
from tests.support.watching import found
from workflows.papers import notice
from workflows.seals import actions, alerts, by_hand, errors, queries, storage, tasks, verify
from workflows.seals.authority import local
from workflows.seals.models import CustodyEntry, Seal
from workflows.seals.register import (
    authorisations,
    certificate_of,
    finding,
    issuing,
    leaving,
    revocations,
    standing,
    stopping,
)
from workflows.seals.types import Field, Outcome

from .conftest import PIN, Bureau, Signing, acts, state

State = standing.State


def on_the_list() -> dict[int, str]:
    """Serial number → reason, as any verifier reads the issuing CA's list."""
    lines = local.authority().lists[1]["tbs_cert_list"]["revoked_certificates"]
    return {
        line["user_certificate"].native: str(line.crl_reason_value.native) for line in lines if lines.native is not None
    }


def serial(seal: Seal) -> int:
    return int(certificate_of(seal).serial_number)


def leave(officer: Officer) -> None:
    """The officer's duties ended yesterday; nothing but the date says so."""
    Duty.objects.filter(officer=officer).update(ends_on=clock.today() - timedelta(days=1))


def test_a_suspended_seal_signs_nothing_and_is_on_hold_until_it_is_resumed(
    signing: Signing, seal: Seal, keeper: Officer
) -> None:
    stopping.suspend(seal_id=seal.pk, by=keeper, reason="盘点")
    assert on_the_list() == {serial(seal): "certificate_hold"}
    with pytest.raises(errors.SealSuspended):
        signing.sign(1)
    stopping.resume(seal_id=seal.pk, by=keeper, reason="盘点完毕")
    assert on_the_list() == {}
    signing.seal(1)
    assert acts(seal) == ["issued", "suspended", "resumed"]
    assert [event.action for event in trail.events_of(seal)] == ["seal.issued", "seal.suspended", "seal.resumed"]


def test_a_suspension_ends_by_itself_after_its_last_day(
    seal: Seal, keeper: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = clock.today() + timedelta(days=3)
    stopping.suspend(seal_id=seal.pk, by=keeper, reason="休假", until=last)
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert state(seal) == State.SUSPENDED
    after = later + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: after)
    assert state(seal) == State.LIVE
    tasks.new_day(0)
    assert on_the_list() == {}


def test_a_revoked_seal_never_signs_again_and_what_it_sealed_stays_accountable(
    signing: Signing, seal: Seal, keeper: Officer
) -> None:
    stopping.revoke(seal_id=seal.pk, by=keeper, why="key_compromise", reason="PIN 外泄")
    assert on_the_list() == {serial(seal): "key_compromise"}
    assert state(seal) == State.REVOKED
    with pytest.raises(errors.NoSeal):
        signing.sign(1)
    with pytest.raises(errors.SealStopped):
        stopping.resume(seal_id=seal.pk, by=keeper, reason="误操作")


def test_the_list_is_made_anew_from_the_register_with_a_higher_number(seal: Seal, keeper: Officer) -> None:
    stopping.revoke(seal_id=seal.pk, by=keeper, why="superseded", reason="换章")
    before = local.authority().lists[1].crl_number_value.native
    assert revocations.publish() == 1
    assert local.authority().lists[1].crl_number_value.native == before + 1
    assert on_the_list() == {serial(seal): "superseded"}


def test_renewing_gives_a_new_certificate_for_the_same_key_and_picture(
    signing: Signing, seal: Seal, keeper: Officer
) -> None:
    new = issuing.renew(seal_id=seal.pk, by=keeper, reason="证书将到期")
    assert (new.drawing, new.key_name, new.replaces) == (seal.drawing, seal.key_name, seal)
    assert new.fingerprint != seal.fingerprint
    assert on_the_list() == {}  # nothing is wrong with what the old certificate sealed
    assert state(seal) == State.RENEWED
    signing.seal(1)
    assert signing.expected().signed == {"level1_officer": new.fingerprint}
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED


def test_who_has_the_key_has_every_certificate_of_it(seal: Seal, keeper: Officer) -> None:
    new = issuing.renew(seal_id=seal.pk, by=keeper, reason="证书将到期")
    stopping.revoke(seal_id=new.pk, by=keeper, why="key_compromise", reason="密钥泄露")
    assert set(on_the_list()) == {serial(seal), serial(new)}


def test_the_seal_of_who_leaves_stops_that_day_and_what_it_sealed_holds(signing: Signing, seal: Seal) -> None:
    signing.seal(1)
    leave(signing.bureau.officers[0])
    with pytest.raises(errors.HolderLeft):
        finding.personal_seal_of(signing.bureau.officers[0])
    Seal.objects.filter(pk=seal.pk).update(valid_from=clock.now())  # made today, so it stops now and not last midnight
    assert [stopped.pk for stopped in leaving.stop_left()] == [seal.pk]
    assert on_the_list() == {serial(seal): "affiliation_changed"}
    assert leaving.stop_left() == []
    signing.seal(2)
    signing.seal(3)
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED


def test_a_signature_given_in_office_is_put_on_before_the_seal_is_revoked(signing: Signing, seal: Seal) -> None:
    application = signing.sign(1)
    leave(signing.bureau.officers[0])
    assert leaving.stop_left() == []
    actions.apply_seal(application.pk)
    assert [stopped.pk for stopped in leaving.stop_left()] == [seal.pk]


def test_a_unit_seal_renewed_since_the_decision_is_put_on_in_its_new_form(signing: Signing, keeper: Officer) -> None:
    signing.seal(1)
    signing.seal(2)
    application = signing.sign(3)
    assert application.unit_seal is not None
    new = issuing.renew(seal_id=application.unit_seal.pk, by=None, reason="证书将到期")
    assert actions.apply_seal(application.pk).unit_seal == new


def test_a_unit_seal_suspended_since_the_decision_is_put_on_by_hand_once_it_is_resumed(signing: Signing) -> None:
    signing.seal(1)
    signing.seal(2)
    application = signing.sign(3)
    unit, officer = application.unit_seal, signing.bureau.officers[2]
    assert unit is not None
    stopping.suspend(seal_id=unit.pk, by=None, reason="盘点")
    said = {"application_id": application.pk, "case_id": signing.document.case_id}
    with pytest.raises(errors.SealStuck):
        by_hand.finish(**said, by=officer)
    assert [stuck.failure for stuck in by_hand.stuck_for(officer, 9)] == ["seal_suspended"]
    stopping.resume(seal_id=unit.pk, by=None, reason="盘点完毕")
    assert by_hand.finish(**said, by=officer).state == "applied"
    assert by_hand.stuck_for(officer, 9) == []
    with pytest.raises(NotPermitted):
        by_hand.finish(**said, by=signing.bureau.officers[1])


def test_a_seal_its_job_has_given_up_is_tried_again_by_itself(signing: Signing) -> None:
    application = signing.sign(1)
    assert by_hand.attempt_all() == 0  # its own job is at it still
    type(application).objects.update(signed_at=application.signed_at - by_hand.GIVEN_UP)
    assert by_hand.attempt_all() == 1
    application.refresh_from_db()
    assert application.state == "applied"


def test_a_seal_not_on_in_time_and_a_certificate_running_out_raise_alerts(
    signing: Signing, seal: Seal, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = signing.sign(1)
    assert found(alerts.NOT_ON, application.signed_at) == []
    later = application.signed_at + timedelta(days=14)
    (stuck,) = found(alerts.NOT_ON, later)
    assert (stuck.office_id, stuck.details["level"]) == (signing.bureau.station.pk, 1)
    assert found(alerts.EXPIRING, application.signed_at + timedelta(days=7)) == []
    last_week = seal.valid_until - timedelta(days=6)
    (running_out,) = [due for due in found(alerts.EXPIRING, last_week) if due.subject == f"seals.seal:{seal.pk}"]
    assert running_out.due_at == seal.valid_until - timedelta(days=30)
    by_hand.attempt(application.pk)
    assert found(alerts.NOT_ON, later) == []


@pytest.mark.parametrize(
    ("role", "at", "of", "may"),
    [
        ("branch_officer", "branch", "station", True),
        ("branch_officer", "branch", "branch", False),
        ("city_officer", "city", "branch", True),
        ("city_officer", "city", "station", False),  # one tier, not two
        ("city_officer", "city", "city", False),
        ("seal_keeper", "city", "branch", True),
        ("seal_keeper", "city", "city", True),  # in the province's stead
        ("seal_keeper", "branch", "station", True),
        ("seal_keeper", "branch", "branch", False),
        ("station_leader", "station", "station", False),
        ("overseer", "city", "branch", False),
        ("system_admin", "city", "branch", False),
    ],
)
def test_each_unit_keeps_the_seals_of_the_tier_right_below(
    bureau: Bureau, role: str, at: str, of: str, may: bool
) -> None:
    offices = {"station": bureau.station, "branch": bureau.branch, "city": bureau.branch.at_level("city")}
    keeper = Officer.objects.create(number="019999", name="顾守章", id_number="k", kind="officer")
    Duty.objects.create(officer=keeper, office=offices[at], role=role, starts_on=clock.today())
    assert policies.allow(keeper, "seal.manage", Seal(kind="hukou", office=offices[of])) is may


def test_a_duty_that_changes_is_looked_at_at_once(seal: Seal) -> None:
    duty = Duty.objects.get(officer=seal.officer)
    duty.ends_on = clock.today()
    duty.save()
    assert ProcrastinateJob.objects.filter(task_name="seals.stop_left").count() == 1
    tasks.stop_left()
    assert state(seal) == State.LIVE  # the last day is a day of service


def test_a_new_post_needs_a_new_seal(bureau: Bureau, seal: Seal) -> None:
    officer = bureau.officers[0]
    Duty.objects.filter(officer=officer).update(ends_on=clock.today() - timedelta(days=1))
    Duty.objects.create(officer=officer, office=bureau.branch, role="branch_officer", starts_on=clock.today())
    with pytest.raises(errors.HolderLeft):
        finding.personal_seal_of(officer)
    new = issuing.issue_personal_seal(officer=officer, pin="246810")
    assert (new.post, finding.personal_seal_of(officer)) == (bureau.branch, new)
    assert on_the_list() == {serial(seal): "affiliation_changed"}


def test_an_officer_without_a_duty_that_seals_gets_no_seal(bureau: Bureau) -> None:
    idle = Officer.objects.create(number="010299", name="顾闲", id_number="", kind="officer")
    with pytest.raises(errors.NoPost):
        issuing.issue_personal_seal(officer=idle, pin=PIN)


def test_another_units_seal_needs_that_units_authorisation_and_its_use_is_noted(bureau: Bureau) -> None:
    clerk, leader = bureau.officers[0], bureau.officers[1]
    other = Office.objects.create(
        code="990102020000", name="云溪市公安局东湖分局望江派出所", short_name="望江所", level="station",
        parent=bureau.branch,
    )  # fmt: skip
    lender = Officer.objects.create(number="010301", name="高远", id_number="x", kind="officer")
    Duty.objects.create(officer=lender, office=other, role="station_leader", starts_on=clock.today())
    for _first_and_again in range(2):
        with pytest.raises(errors.NoAuthorisation), transaction.atomic():
            finding.pair_for(clerk, other, "hukou")
        issuing.issue_unit_seal(office=other, kind="hukou")
    said: dict[str, Any] = {"office": other, "starts_on": clock.today(), "ends_on": clock.today(), "reason": "代办"}
    with pytest.raises(NotPermitted):
        authorisations.authorise(**said, kind="hukou", by=leader, to_office=bureau.station)
    lent = authorisations.authorise(**said, kind="approval", by=lender, to_office=bureau.station)
    with pytest.raises(errors.NoAuthorisation):
        finding.pair_for(clerk, other, "hukou")
    given = authorisations.authorise(**said, kind="hukou", by=lender, to_officer=clerk)
    _mine, unit = finding.pair_for(clerk, other, "hukou")
    assert unit is not None
    last = unit.custody.last()
    assert last is not None
    assert (last.act, last.by, last.details) == ("used_by_others", clerk, {"authorisation": given.pk})
    authorisations.end(authorisation_id=given.pk, by=lender)
    with pytest.raises(errors.NoAuthorisation):
        finding.pair_for(clerk, other, "hukou")
    assert lent.revoked_at is None


def test_both_seals_of_a_decision_are_found_by_one_question(
    bureau: Bureau, django_assert_num_queries: Callable[..., Any]
) -> None:
    issuing.issue_unit_seal(office=bureau.station, kind="hukou")
    with django_assert_num_queries(1):
        finding.pair_for(bureau.officers[1], bureau.station, "hukou")


def test_a_seal_is_managed_one_tier_above_and_never_by_its_holder(bureau: Bureau, seal: Seal) -> None:
    _clerk, leader, branch_officer = bureau.officers
    with pytest.raises(NotPermitted):
        stopping.revoke(seal_id=seal.pk, by=leader, why="superseded", reason="换章")
    own = Seal.objects.get(officer=branch_officer)
    with pytest.raises(NotPermitted):
        stopping.revoke(seal_id=own.pk, by=branch_officer, why="superseded", reason="换章")
    stopping.suspend(seal_id=own.pk, by=branch_officer, reason="遗失")  # but reported lost by its holder


def test_a_unit_seal_is_handed_only_to_an_officer_of_the_unit(bureau: Bureau, keeper: Officer) -> None:
    unit = issuing.issue_unit_seal(office=bureau.station, kind="hukou", by=keeper)
    with pytest.raises(errors.KeeperUnfit):
        issuing.hand_over(seal_id=unit.pk, to=keeper, by=keeper, reason="领用")
    issuing.hand_over(seal_id=unit.pk, to=bureau.officers[1], by=keeper, reason="领用")
    unit.refresh_from_db()
    assert unit.keeper == bureau.officers[1]


def test_unit_seals_are_numbered_by_area(bureau: Bureau) -> None:
    numbers = [issuing.issue_unit_seal(office=bureau.station, kind=kind).number for kind in ("hukou", "approval")]
    assert numbers == ["9901020000001", "9901020000002"]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_custody_log_cannot_be_changed(seal: Seal, change: str) -> None:
    log = CustodyEntry.objects.filter(seal=seal)
    with pytest.raises(IntegrityError), transaction.atomic():
        log.update(reason="") if change == "update" else log.delete()


def test_the_command_lists_and_keeps_seals_and_says_how_it_went(seal: Seal) -> None:
    rows = json.loads(_command("list", "--json"))["seals"]
    assert [row["state"] for row in rows] == ["live"] * 3
    assert json.loads(_command("suspend", str(seal.pk), "--reason", "盘点", "--json"))["state"] == "suspended"
    assert json.loads(_command("resume", str(seal.pk), "--reason", "好了", "--json"))["state"] == "live"
    new = json.loads(_command("renew", str(seal.pk), "--reason", "到期", "--json"))
    assert new["id"] != seal.pk
    said = ("revoke", str(new["id"]), "--why", "superseded", "--reason", "换章", "--json")
    assert json.loads(_command(*said))["state"] == "revoked"
    with pytest.raises(SystemExit) as ended:
        _command(*said)
    assert ended.value.code == 1


def test_a_notice_under_another_units_seal_needs_its_authorisation(bureau: Bureau, document: Any) -> None:
    composed = notice.compose(casefiles.notice())
    field = Field("unit_seal", 0, "notice", "unit", composed.seal.page, composed.seal.corners)
    said: dict[str, Any] = {"case_id": document.case_id, "pdf": composed.pdf, "field": field, "kind": "approval"}
    with pytest.raises(errors.NoAuthorisation):
        actions.seal_notice(**said, office=bureau.branch, by=bureau.officers[0])
    sealed = actions.seal_notice(**said, office=bureau.branch, by=bureau.officers[2])
    assert verify.report(storage.read(sealed.sha256), queries.expected_of(sealed)).outcome == Outcome.PASSED


def _command(*words: str) -> str:
    said = StringIO()
    call_command("seals", *words, stdout=said, stderr=StringIO())
    return said.getvalue()
