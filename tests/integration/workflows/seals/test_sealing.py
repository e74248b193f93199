"""From a bound case file to a file with every level's seal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.trail import queries as trail
from tests.support import casefiles
from workflows.cases.models import Case
from workflows.papers import notice
from workflows.seals import actions, errors, queries, storage, tasks, verify
from workflows.seals.keys import files
from workflows.seals.models import Seal, SealApplication, SealedDocument
from workflows.seals.signals import document_sealed
from workflows.seals.types import Field, Outcome

from .conftest import PIN, Bureau, Signing


def test_three_levels_sealed_one_after_another_pass(sealed: Signing) -> None:
    report = verify.report(sealed.bytes(), sealed.expected())
    assert report.outcome == Outcome.PASSED
    assert [(seal.level, seal.kind) for seal in report.seals] == [
        (1, "personal"),
        (2, "personal"),
        (3, "personal"),
        (3, "unit"),
    ]
    assert "郑国强" in report.seals[2].signer
    assert json.loads(json.dumps(report.to_dict()))["outcome"] == "PASSED"


def test_every_seal_states_the_moment_of_its_decision(sealed: Signing) -> None:
    stated = {seal.field_name: seal.signed_at for seal in verify.report(sealed.bytes(), sealed.expected()).seals}
    for application in sealed.document.applications.all():
        moment = stated[application.field]
        assert moment is not None
        assert abs((moment - application.signed_at).total_seconds()) < 1


def test_each_seal_only_adds_bytes(signing: Signing) -> None:
    before = signing.bytes()
    for level in (1, 2, 3):
        signing.seal(level)
        after = signing.bytes()
        assert after.startswith(before)
        before = after


def test_a_wrong_pin_leaves_nothing_behind(signing: Signing) -> None:
    with pytest.raises(errors.WrongPin):
        signing.sign(1, pin="000000")
    assert not SealApplication.objects.exists()
    assert signing.expected().signed == {}


def test_the_pin_is_nowhere_but_in_the_officers_head(sealed: Signing, data_dir: Any) -> None:
    pin = "493817"
    assert pin == PIN
    jobs = json.dumps([job.args for job in ProcrastinateJob.objects.all()])
    rows = json.dumps(list(SealApplication.objects.values()) + list(Seal.objects.values()), default=str)
    told = json.dumps([event.details for event in trail.events_of(sealed.document)])
    assert pin not in jobs + rows + told
    for path in data_dir.rglob("*"):
        assert path.is_dir() or pin.encode() not in path.read_bytes()


def test_putting_a_seal_on_twice_changes_nothing(signing: Signing) -> None:
    first = signing.seal(1)
    bytes_then = signing.bytes()
    again = actions.apply_seal(first.pk)
    assert again.attempts == first.attempts == 1
    assert signing.bytes() == bytes_then


def test_the_next_level_waits_for_the_seal_before(signing: Signing) -> None:
    application = signing.sign(1)
    with pytest.raises(errors.SealPending):
        signing.sign(2)
    actions.apply_seal(application.pk)
    signing.sign(2)


def test_putting_on_tells_the_layers_above_once(signing: Signing) -> None:
    heard: list[int] = []

    def listen(application: SealApplication, **_: object) -> None:
        heard.append(application.level)

    document_sealed.connect(listen, dispatch_uid="test")
    try:
        application = signing.seal(1)
        actions.apply_seal(application.pk)
    finally:
        document_sealed.disconnect(dispatch_uid="test")
    assert heard == [1]


def test_signing_queues_the_job_that_puts_the_seal_on(signing: Signing) -> None:
    application = signing.sign(1)
    job = ProcrastinateJob.objects.get(task_name="seals.put_on")
    assert job.args == {"application_id": application.pk}


def test_a_seal_that_cannot_be_put_on_says_why_and_is_put_on_later(signing: Signing, data_dir: Any) -> None:
    application = signing.sign(1)
    path = storage.path_of(application.prepared_sha256)
    aside = path.rename(path.with_suffix(".gone"))
    with pytest.raises(FileNotFoundError):
        tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.failure, application.attempts) == ("failed", "FileNotFoundError", 1)
    assert queries.unfinished(signing.document.case_id) == [application]
    aside.rename(path)
    tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.failure, application.attempts) == ("applied", "", 2)


def test_a_signature_damaged_in_the_database_is_never_put_on(signing: Signing) -> None:
    application = signing.sign(1)
    signature = bytearray(application.signature)
    signature[-3] ^= 1
    SealApplication.objects.filter(pk=application.pk).update(signature=bytes(signature))
    with pytest.raises(errors.SealRejected):
        actions.apply_seal(application.pk)
    application.refresh_from_db()
    assert application.state == "pending"


def test_a_stored_file_damaged_on_disk_is_noticed_before_it_is_signed(signing: Signing) -> None:
    path = storage.path_of(signing.document.sha256)
    damaged = bytearray(path.read_bytes())
    damaged[5000] ^= 1
    path.write_bytes(bytes(damaged))
    with pytest.raises(errors.StoredFileDamaged):
        signing.sign(1)


def test_an_officer_without_a_seal_cannot_sign(signing: Signing, bureau: Bureau) -> None:
    Seal.objects.filter(officer=bureau.officers[0]).update(stopped_at=casefiles.MORNING, stop_reason="superseded")
    with pytest.raises(errors.NoSeal):
        signing.sign(1)


def test_an_auxiliary_gets_no_seal(bureau: Bureau) -> None:
    bureau.officers[0].kind = "auxiliary"
    with pytest.raises(errors.NoSealForAuxiliary):
        actions.issue_personal_seal(officer=bureau.officers[0], pin=PIN)


@pytest.mark.parametrize("pin", ["", "12345", "12a456", "１２３４５６"])
def test_a_pin_has_six_digits(bureau: Bureau, pin: str) -> None:
    with pytest.raises(errors.PinUnfit):
        actions.issue_personal_seal(officer=bureau.officers[0], pin=pin)


def test_issuing_again_keeps_the_seal(bureau: Bureau) -> None:
    before = Seal.objects.get(officer=bureau.officers[0])
    assert actions.issue_personal_seal(officer=bureau.officers[0], pin="222222") == before


def test_a_notice_gets_the_units_seal_once(case: Case, bureau: Bureau) -> None:
    composed = notice.compose(casefiles.notice())
    field = Field("unit_seal", 0, "notice", "unit", composed.seal.page, composed.seal.corners)
    first, second = (
        actions.seal_notice(case_id=case.pk, pdf=composed.pdf, field=field, office=bureau.branch, kind="approval")
        for _ in range(2)
    )
    assert first == second
    report = verify.report(storage.read(first.sha256), queries.expected_of(first))
    assert report.outcome == Outcome.PASSED
    assert report.seals[0].signer == f"{casefiles.BRANCH} 户政审批专用章"


def test_the_trail_tells_every_seal(sealed: Signing) -> None:
    told = [event.action for event in trail.events_of(sealed.document)]
    assert told == ["seal.prepared", *["seal.signed", "seal.applied"] * 3]


def test_a_new_revision_is_the_latest(case: Case, document: SealedDocument) -> None:
    pdf, fields = casefiles.unsigned(pages=1)
    second = actions.prepare_case_file(case_id=case.pk, revision=2, pdf=pdf, fields=fields)
    assert queries.latest_document(case.pk, "case_file") == second
    assert queries.documents_of(case.pk) == [document, second]


def test_a_lost_passphrase_is_not_called_a_wrong_pin(sealed: Signing, data_dir: Any) -> None:
    (data_dir / "keys" / "server.passphrase").write_bytes(b"another")
    unit = Seal.objects.get(kind=Seal.Kind.APPROVAL)
    with pytest.raises(errors.KeystoreUnavailable):
        files.opened_by_server(unit.key_name)
