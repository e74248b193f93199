"""The demonstration's time-stamping service over HTTP: for programs, without signing in, never beside a real one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hukou.kernel import clock
from workflows.seals import trust
from workflows.seals.stamps import tokens

DIGEST = hashlib.sha512(b"a signature").digest()


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path


def asked(question: bytes) -> Any:
    return Client(enforce_csrf_checks=True).post(
        reverse("time_stamp"), question, content_type="application/timestamp-query"
    )


def test_a_program_asks_and_believes_the_answer(settings: Any) -> None:
    answer = asked(tokens.request(DIGEST, "sha512", 4711))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/timestamp-reply")
    token = tokens.token_of(answer.content)
    assert tokens.believe(
        token, digest=DIGEST, algorithm="sha512", nonce=4711, now=clock.now(), known=trust.known()
    ) == tokens.moment_of(token)


def test_rubbish_is_refused_in_the_form_of_the_standard() -> None:
    with pytest.raises(tokens.Disbelieved, match="refused"):
        tokens.token_of(asked(b"rubbish").content)


def test_beside_a_real_service_it_is_not_there(settings: Any) -> None:
    settings.HUKOU_TSA_URLS = ["http://127.0.0.1:9/"]
    assert asked(tokens.request(DIGEST, "sha512", 1)).status_code == 404
