"""Seals whose key is in a token: signed inside it, and nothing is decided when it will not."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pkcs11 import exceptions as said

from hukou.kernel import clock
from tests.support import tokens
from tests.support.tokens import PIN, Tokens
from tests.support.tools import needs
from workflows.seals import actions, enrolment, errors, sealers, suites, tasks, verify
from workflows.seals.keys import token
from workflows.seals.keys.token import Place, TokenSealer
from workflows.seals.models import Seal, SealApplication
from workflows.seals.types import Outcome

from .conftest import Bureau, Signing

pytestmark = needs("softhsm2-util")


@pytest.fixture(scope="module")
def plugged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    before = os.environ.get("SOFTHSM2_CONF")
    made = tokens.begin(tmp_path_factory.mktemp("tokens"))
    made.make("officer", ec_key="curve", rsa_key="old")
    made.make("station", ec_key="unit")
    yield made
    token._state.forget()
    if before is None:
        del os.environ["SOFTHSM2_CONF"]


@pytest.fixture
def pin_file(tmp_path: Path) -> Path:
    path = tmp_path / "units.pin"
    path.write_text(f"{PIN}\n")
    return path


@pytest.fixture
def ready(settings: Any, plugged: Tokens, pin_file: Path, bureau: Bureau) -> Iterator[Bureau]:
    settings.HUKOU_TOKEN_LIBRARY, settings.HUKOU_TOKEN_PIN_FILE = plugged.library, str(pin_file)
    token._state.forget()
    yield bureau
    token._state.forget()


def give_officer(bureau: Bureau, key: str) -> Seal:
    officer = bureau.officers[0]
    certificate = enrolment.on_token(Place("officer", key), officer)
    Seal.objects.filter(officer=officer).exclude(suite=suites.of(certificate).name).update(
        stopped_at=clock.now(), stop_reason="superseded"
    )
    return enrolment.enrol_officer(officer=officer, keeping="token", key_name=f"officer/{key}", certificate=certificate)


def give_unit(bureau: Bureau) -> Seal:
    certificate = enrolment.on_token(Place("station", "unit"), (bureau.branch, "approval"))
    return enrolment.enrol_unit(
        office=bureau.branch, kind="approval", keeping="token", key_name="station/unit", certificate=certificate
    )


@pytest.mark.parametrize(("key", "suite"), [("curve", "p256"), ("old", "rsa")])
def test_a_level_signed_inside_a_token_passes(ready: Bureau, signing: Signing, key: str, suite: str) -> None:
    seal = give_officer(ready, key)
    application = actions.apply_seal(signing.sign(1, pin=PIN).pk)
    assert (application.seal, seal.suite, seal.keeping) == (seal, suite, "token")
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED


def test_an_enrolled_key_takes_the_place_of_the_one_before(ready: Bureau) -> None:
    give_officer(ready, "curve")
    live = Seal.objects.filter(officer=ready.officers[0], stopped_at=None)
    assert [seal.keeping for seal in live] == ["token"]


def test_a_wrong_pin_is_shown_to_the_token_once(
    ready: Bureau, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_officer(ready, "curve")
    shown: list[str] = []
    ask = token._token

    class Watched:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def open(self, **said: Any) -> Any:
            shown.append(said["user_pin"])
            return self.inner.open(**said)

    monkeypatch.setattr(token, "_token", lambda label: Watched(ask(label)))
    with pytest.raises(errors.WrongPin):
        signing.sign(1, pin="999999")
    assert shown == ["999999"]
    assert not SealApplication.objects.exists()


def test_what_refused_a_pin_is_not_shown_it_again(ready: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = sealers.of_officer(give_officer(ready, "curve"), pin="999999")
    with pytest.raises(errors.WrongPin):
        sealer.sign(b"the first of many papers")
    monkeypatch.setattr(token, "_token", lambda _label: pytest.fail("the token was asked again"))
    for _ in range(3):
        with pytest.raises(errors.WrongPin):
            sealer.sign(b"the next paper")


def test_no_pin_at_all_opens_nothing(ready: Bureau, signing: Signing) -> None:
    give_officer(ready, "curve")
    with pytest.raises(errors.WrongPin):
        signing.sign(1, pin="")


def test_a_token_pulled_out_leaves_nothing_decided(ready: Bureau, signing: Signing, plugged: Tokens) -> None:
    give_officer(ready, "curve")
    plugged.pull_out()
    try:
        with pytest.raises(errors.TokenRemoved):
            signing.sign(1, pin=PIN)
        assert not SealApplication.objects.exists()
    finally:
        plugged.plug_in()
    signing.sign(1, pin=PIN)


def test_a_locked_token_is_not_called_a_wrong_pin(
    ready: Bureau, signing: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_officer(ready, "curve")

    def locked(_label: str) -> None:
        raise said.PinLocked  # SoftHSM never locks

    monkeypatch.setattr(token, "_token", locked)
    with pytest.raises(errors.PinLocked):
        signing.sign(1, pin=PIN)


def test_a_library_that_is_not_there_is_said(ready: Bureau, signing: Signing, settings: Any) -> None:
    give_officer(ready, "curve")
    for path in ("", "/nowhere/libtoken.so"):
        settings.HUKOU_TOKEN_LIBRARY = path
        with pytest.raises(errors.KeystoreUnavailable):
            signing.sign(1, pin=PIN)


def test_another_key_under_the_same_label_is_not_believed(ready: Bureau, signing: Signing) -> None:
    seal = give_officer(ready, "curve")
    Seal.objects.filter(pk=seal.pk).update(key_name="station/unit")
    with pytest.raises(errors.KeyUnfit):
        signing.sign(1, pin=PIN)
    Seal.objects.filter(pk=seal.pk).update(key_name="officer/nothing")
    with pytest.raises(errors.KeyUnfit):
        signing.sign(1, pin=PIN)


def test_a_token_the_server_keeps_open_asks_an_officer_for_the_pin_all_the_same(ready: Bureau) -> None:
    certificate = enrolment.on_token(Place("station", "unit"), (ready.branch, "approval"))
    suite = suites.of(certificate)
    TokenSealer(certificate, [], suite, Place("station", "unit"), None).sign(b"x")
    with pytest.raises(errors.KeystoreUnavailable):
        TokenSealer(certificate, [], suite, Place("station", "unit"), "999999").sign(b"x")


def test_a_units_token_pulled_out_leaves_the_seal_visibly_pending(
    ready: Bureau, signing: Signing, plugged: Tokens
) -> None:
    give_unit(ready)
    signing.seal(1)
    signing.seal(2)
    application = signing.sign(3)
    plugged.pull_out()
    try:
        with pytest.raises(errors.TokenRemoved):
            tasks.put_on(application_id=application.pk)
    finally:
        plugged.plug_in()
    application.refresh_from_db()
    assert (application.state, application.failure) == ("failed", "token_removed")
    tasks.put_on(application_id=application.pk)
    assert verify.report(signing.bytes(), signing.expected()).outcome == Outcome.PASSED


def test_the_servers_wrong_pin_is_never_shown_twice(
    ready: Bureau, signing: Signing, pin_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = give_unit(ready)
    certificate = enrolment.on_token(Place("station", "unit"), (ready.branch, "approval"))
    sealer = TokenSealer(certificate, [], suites.named(seal.suite), Place("station", "unit"), None)
    pin_file.write_text("999999")
    with pytest.raises(errors.ServerPinWrong):
        sealer.sign(b"x")
    monkeypatch.setattr(token, "_token", lambda _label: pytest.fail("the token was asked again"))
    for _ in range(3):
        with pytest.raises(errors.ServerPinWrong):
            sealer.sign(b"x")
    monkeypatch.undo()
    pin_file.write_text(PIN)
    assert sealer.sign(b"x")


def _sign_in_child(name: str, answers: Any) -> None:
    from asn1crypto import x509

    certificate = x509.Certificate.load(bytes.fromhex(name))
    sealer = TokenSealer(certificate, [], suites.of(certificate), Place("station", "unit"), None)
    answers.put(len(sealer.sign(b"x")) > 60)


def test_a_forked_worker_opens_a_session_of_its_own(ready: Bureau) -> None:
    certificate = enrolment.on_token(Place("station", "unit"), (ready.branch, "approval"))
    sealer = TokenSealer(certificate, [], suites.of(certificate), Place("station", "unit"), None)
    sealer.sign(b"before")
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_sign_in_child, args=(certificate.dump().hex(), answers))
    child.start()
    assert answers.get(timeout=30)
    child.join()
    assert child.exitcode == 0
    assert sealer.sign(b"after")
