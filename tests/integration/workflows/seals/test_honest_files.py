"""A hundred honest files of every kind end PASSED: levels, suites, sizes, certified or not, stamped, stamped anew."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from asn1crypto import x509
from django.test import override_settings

from hukou.kernel import canonical, clock
from tests.support import casefiles
from workflows.papers import notice
from workflows.seals import pades, suites, verify
from workflows.seals.authority import local
from workflows.seals.keys.sealer import SoftwareSealer
from workflows.seals.stamps import embedding
from workflows.seals.types import Expected, Field, Outcome

SIZES = (0, 60_000, 400_000)
"""Bytes a paper carries besides its text, as scanned pages do."""
RENEWALS = (0, 0, 0, 1)


@pytest.fixture(scope="module", autouse=True)
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One authority for the whole hundred."""
    folder = tmp_path_factory.mktemp("honest")
    with override_settings(HUKOU_DATA_DIR=folder):
        yield folder


@lru_cache(maxsize=8)
def paper(size: int) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(notice.compose(casefiles.notice()).pdf)) as pdf:
        if size:
            pdf.Root.Scans = pdf.make_stream(bytes(range(256)) * (size // 256))
        pdf.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Kind:
    """What a file is like."""

    levels: int
    suite: str
    size: int
    renewals: int
    number: int


def kinds() -> Iterator[Kind]:
    every = itertools.product((1, 1, 2, 1, 1, 1, 3), ("p256", "p256", "sm2"), SIZES, RENEWALS)
    for number, (levels, suite, size, renewals) in enumerate(itertools.islice(itertools.cycle(every), 100)):
        yield Kind(levels, suite, size, renewals, number)


@lru_cache(maxsize=8)
def sealer(suite: str, level: int) -> SoftwareSealer:
    key = suites.named(suite).generate()
    made: x509.Certificate = local.certify(
        key.public_info(), common_name=f"周明 01020{level}", organisation="户籍民警签章", suite=suite
    )
    return SoftwareSealer(made, [local.authority(suite).issuer], key)


def honest(kind: Kind) -> tuple[bytes, Expected]:
    """A file as the jobs make it, and what is expected of it."""
    box = (100.0, 100.0, 220.0, 220.0)
    fields = [Field(f"level{n}_officer", n, "", "personal", 0, box) for n in range(1, kind.levels + 1)]
    pdf, signed = pades.lay_out(paper(kind.size), fields), {}
    for field in fields:
        by = sealer(kind.suite, field.level)
        prepared = pades.prepare(
            pdf, field=field.name, certificate=by.certificate, suite=by.suite,
            appearance=pades.Appearance(b"0 0 9 9 re f %d" % kind.number, 9, 9),
            first=field.level == 1, moment=clock.now(),
        )  # fmt: skip
        container, stamp = embedding.stamped(pades.cms(prepared, by), suite=kind.suite)
        pdf, _stamp = embedding.close(
            prepared.filled(container), certificates=[by.certificate], suite=kind.suite, like=stamp
        )
        signed[field.name] = canonical.sha256(by.certificate.dump())
    for _ in range(kind.renewals):
        pdf, _stamp = embedding.renew(pdf, suite=kind.suite)
    return pdf, Expected(tuple(fields), signed, stamped=True)


def test_a_hundred_honest_files_pass() -> None:
    seen = SimpleNamespace(passed=0, seals=0, stamps=0)
    for kind in kinds():
        pdf, expected = honest(kind)
        report = verify.report(pdf, expected)
        assert report.outcome == Outcome.PASSED, (kind, report)
        seen.passed += 1
        seen.seals += len(report.seals)
        seen.stamps += len(report.stamps)
        if kind.number % 25 == 0:
            assert verify.report(pdf).outcome == Outcome.PASSED
    assert seen.passed == 100
    assert seen.stamps > seen.seals > 100
