"""Time stamps: asked for in order, believed only when everything holds, and never waited for in a decision."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import pem
from django.core.management import call_command

from audit.trail import queries as trail
from hukou.kernel import clock
from tests.support import stampers
from tests.support.tools import needs
from tests.support.watching import found
from workflows.seals import alerts, errors, queries, renewal, signals, storage, tasks, trust, verify
from workflows.seals.authority import local, tsa
from workflows.seals.models import SealApplication, SealedDocument
from workflows.seals.stamps import client, tokens
from workflows.seals.types import Outcome

from .conftest import Signing

DATA = b"the signature of an officer"
DIGEST = hashlib.sha256(DATA).digest()


@pytest.fixture
def asking(data_dir: Path, settings: Any) -> Iterator[Callable[..., tokens.Stamp]]:
    """Ask the services at these addresses, in this order, with little patience."""
    client._resting.clear()
    settings.HUKOU_TSA_SECONDS = 0.3

    def ask(*addresses: str) -> tokens.Stamp:
        settings.HUKOU_TSA_URLS = list(addresses)
        return client.stamp(DATA)

    yield ask
    client._resting.clear()


def test_a_file_whose_stamp_is_not_renewed_in_time_raises_an_alert(sealed: Signing, settings: Any) -> None:
    sealed.document.refresh_from_db()
    until = sealed.document.stamped_until
    assert until is not None
    assert not found(alerts.NOT_RENEWED, clock.now())
    [due] = found(alerts.NOT_RENEWED, until - timedelta(days=100))
    assert (due.due_at, due.details["until"]) == (
        until - timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS - 30),
        until.isoformat(),
    )
    assert sealed.bureau.branch.parent is not None
    assert due.office_id == sealed.bureau.branch.parent.pk


def test_without_a_configured_service_the_own_one_stamps_and_says_that_it_is_no_evidence(data_dir: Path) -> None:
    stamp = client.stamp(DATA)
    assert stamp.service == client.OWN
    assert abs(stamp.moment - clock.now()) < timedelta(seconds=2)
    assert local.MARK in tokens.certificates_of(stamp.token)[0].subject.human_friendly + str(
        tsa.service().certificate.subject.native
    )
    assert tokens.believe(
        stamp.token, digest=DIGEST, algorithm="sha256", nonce=None, now=clock.now(), known=trust.known()
    )


def test_an_honest_service_is_believed_and_named(asking: Callable[..., tokens.Stamp]) -> None:
    with stampers.serving(stampers.honest) as address:
        assert asking(address).service == address


@pytest.mark.parametrize("why", stampers.LIES)
def test_a_lying_service_is_not_believed_and_the_next_one_is_asked(
    asking: Callable[..., tokens.Stamp], why: str
) -> None:
    with stampers.serving(stampers.LIES[why]) as liar, stampers.serving(stampers.honest) as other:
        with pytest.raises(errors.StampUnavailable) as refused:
            asking(liar)
        assert why in str(refused.value)
        assert asking(liar, other).service == other


def test_a_seals_certificate_is_none_for_stamping(asking: Callable[..., tokens.Stamp]) -> None:
    with (
        stampers.serving(stampers.signed_by_an_officer) as address,
        pytest.raises(errors.StampUnavailable, match="untrusted"),
    ):
        asking(address)


@pytest.mark.parametrize("fault", [stampers.down, stampers.failing, stampers.silent, stampers.dribbling])
def test_a_service_that_does_not_answer_is_passed_over(
    asking: Callable[..., tokens.Stamp], fault: Callable[[], AbstractContextManager[str]]
) -> None:
    with fault() as dead, stampers.serving(stampers.honest) as other:
        assert asking(dead, other).service == other


def test_a_service_that_failed_is_asked_last_for_a_minute(asking: Callable[..., tokens.Stamp]) -> None:
    with (
        stampers.serving(stampers.refusing) as first,
        stampers.serving(stampers.honest) as second,
        stampers.serving(stampers.honest) as third,
    ):
        asking(first, second)
        assert asking(first, third).service == third
        with clock.frozen(clock.now() + 2 * client.REST):
            assert list(client._resting) == [first]
            asking(first, second)
            assert client._resting[first] > clock.now()


def test_an_address_that_is_none_of_the_web_is_never_opened(asking: Callable[..., tokens.Stamp]) -> None:
    with pytest.raises(errors.StampUnavailable):
        asking("file:///etc/hostname")


def test_the_service_refuses_what_it_does_not_stamp(data_dir: Path) -> None:
    for question in (b"", b"rubbish", tokens.request(b"x" * 20, "sha1", 1), tokens.request(b"short", "sha256", 1)):
        with pytest.raises(tokens.Disbelieved, match="refused"):
            tokens.token_of(tsa.reply(question))


def test_a_new_key_is_made_before_the_old_one_runs_out(data_dir: Path) -> None:
    first = tsa.service().certificate
    with clock.frozen(first.not_valid_after - tsa.SPARE - timedelta(days=1)):
        assert tsa.service().certificate.serial_number == first.serial_number
    with clock.frozen(first.not_valid_after - tsa.SPARE + timedelta(days=1)):
        assert tsa.service().certificate.serial_number != first.serial_number


@needs("openssl")
def test_openssl_verifies_an_answer_of_the_own_service(data_dir: Path, tmp_path: Path) -> None:
    question = tokens.request(DIGEST, "sha256", 77)
    (tmp_path / "q.tsq").write_bytes(question)
    (tmp_path / "a.tsr").write_bytes(tsa.reply(question))
    (tmp_path / "root.pem").write_bytes(pem.armor("CERTIFICATE", local.authority().root.dump()))
    assert shutil.which("openssl")
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-in", "a.tsr", "-queryfile", "q.tsq", "-CAfile", "root.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in said.stdout


def test_the_officer_decides_while_no_service_answers_and_the_seal_goes_on_later(
    signing: Signing, settings: Any
) -> None:
    with stampers.down() as address:
        settings.HUKOU_TSA_URLS = [address]
        application = signing.sign(1)
        with pytest.raises(errors.StampUnavailable):
            tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.failure) == ("failed", "stamp_unavailable")
    assert queries.unfinished(signing.document.case_id) == [application]
    with pytest.raises(errors.SealPending):
        signing.sign(2)
    client._resting.clear()
    with stampers.serving(stampers.honest) as address:
        settings.HUKOU_TSA_URLS = [address]
        tasks.put_on(application_id=application.pk)
    application.refresh_from_db()
    assert (application.state, application.stamped_by) == ("applied", address)
    report = verify.report(signing.bytes(), signing.expected())
    assert report.outcome == Outcome.PASSED
    assert report.seals[0].stamped_at == application.stamped_at


def test_a_file_is_stamped_anew_half_a_year_before_its_stamp_runs_out(sealed: Signing, settings: Any) -> None:
    before = sealed.bytes()
    until = sealed.document.stamped_until
    assert until is not None
    assert renewal.run(renewal.due()) == renewal.Renewed(0, ())
    settings.HUKOU_STAMP_DIGEST = "sha512"
    heard: list[int] = []
    signals.stamps_renewed.connect(lambda document, **_more: heard.append(document.pk), weak=False, dispatch_uid="test")
    with clock.frozen(until - timedelta(days=settings.HUKOU_STAMP_RENEWAL_DAYS - 1)):
        assert list(renewal.due()) == [sealed.document.pk]
        out = io.StringIO()
        with pytest.raises(SystemExit) as left:
            call_command("renew_stamps", "--json", stdout=out)
        assert (left.value.code, json.loads(out.getvalue())) == (0, {"renewed": 1, "failed": []})
        tasks.renew_stamps(timestamp=0)
        after = sealed.bytes()
        report = verify.report(after, sealed.expected())
    signals.stamps_renewed.disconnect(dispatch_uid="test")
    assert heard == [sealed.document.pk]
    assert after.startswith(before)
    assert report.outcome == Outcome.PASSED
    assert [stamp.digest for stamp in report.stamps] == ["sha256"] * 3 + ["sha512"]
    assert sealed.document.stamped_until > until
    assert [event.action for event in trail.events_of(sealed.document)][-1] == "seal.stamp_renewed"


def test_a_file_that_does_not_hold_is_never_stamped_anew(sealed: Signing) -> None:
    pdf = bytearray(sealed.bytes())
    pdf[900] ^= 1
    sealed.document.sha256 = storage.put(bytes(pdf))
    sealed.document.save()
    done = renewal.run(renewal.due(everything=True))
    assert done == renewal.Renewed(0, ((sealed.document.pk, "seal_rejected"),))


def test_a_file_whose_next_seal_is_on_its_way_is_left_alone(signing: Signing) -> None:
    signing.seal(1)
    signing.sign(2)
    with pytest.raises(errors.SealPending):
        renewal.renew_stamps(signing.document.pk)


def test_a_run_ends_when_no_service_answers(sealed: Signing, settings: Any) -> None:
    with stampers.down() as address:
        settings.HUKOU_TSA_URLS = [address]
        done = renewal.run(iter([sealed.document.pk, sealed.document.pk]))
    client._resting.clear()
    assert done == renewal.Renewed(0, ((sealed.document.pk, "stamp_unavailable"),))


def test_the_trail_remembers_the_digest_when_row_and_file_are_changed_together(signing: Signing) -> None:
    signing.seal(1)
    older = signing.bytes()
    signing.seal(2)
    SealApplication.objects.filter(document=signing.document, level=2).delete()
    SealedDocument.objects.filter(pk=signing.document.pk).update(sha256=storage.put(older), size=len(older))
    report = verify.report(signing.bytes(), signing.expected())
    assert (report.outcome, report.reasons) == (Outcome.FAILED, ("trail_digest_differs",))
