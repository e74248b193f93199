"""What time costs: a stamp of the own service, closing a file with its evidence, verifying a file with stamps."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from django.test import override_settings

from hukou.kernel import clock
from tests.support import casefiles
from workflows.seals import pades, suites, trust, verify
from workflows.seals.authority import local
from workflows.seals.keys.sealer import SoftwareSealer
from workflows.seals.stamps import client, embedding, tokens
from workflows.seals.types import Expected, Outcome

ROUNDS = 15


def rows() -> list[tuple[str, float, str]]:
    """(what, value, unit) of each measurement; CPU time of this process, median of several rounds."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder), HUKOU_TSA_URLS=[]):
        key = suites.named(suites.DEFAULT).generate()
        certificate = local.certify(key.public_info(), common_name="测速", organisation="测速")
        sealer = SoftwareSealer(certificate, [local.authority().issuer], key)
        bound, fields = casefiles.unsigned()
        prepared = pades.prepare(
            pades.lay_out(bound, fields), field=fields[0].name, certificate=certificate, suite=sealer.suite,
            appearance=pades.Appearance(b"0 0 9 9 re f", 9, 9), first=True, moment=clock.now(),
        )  # fmt: skip
        container = pades.cms(prepared, sealer)
        stamped, stamp = embedding.stamped(container)
        pdf = prepared.filled(stamped)

        def close() -> bytes:
            return embedding.close(pdf, certificates=[certificate], like=stamp)[0]

        def believe() -> None:
            digest = tokens.info_of(stamp.token)["message_imprint"]["hashed_message"].native
            known = trust.known()
            tokens.believe(stamp.token, digest=digest, algorithm="sha256", nonce=None, now=clock.now(), known=known)

        closed = close()
        expected = Expected(tuple(fields), {fields[0].name: certificate.sha256.hex()}, stamped=True)
        assert verify.report(closed, expected).outcome == Outcome.PASSED
        size = f"{len(bound) / 1e6:.1f} MB"
        return [
            ("stamps: one of the own service", _ms(lambda: client.stamp(b"measured")), "ms CPU"),
            ("stamps: a signature stamped", _ms(lambda: embedding.stamped(container)), "ms CPU"),
            ("stamps: an answer checked before it is believed", _ms(believe), "ms CPU"),
            (f"stamps: file closed with its evidence ({size})", _ms(close), "ms CPU"),
            (
                f"stamps: closed file verified, one level ({size})",
                _ms(lambda: verify.report(closed, expected)),
                "ms CPU",
            ),
            ("stamps: bytes one closing adds", float(len(closed) - len(pdf)), "bytes"),
        ]


def _ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return round(median(taken), 2)
