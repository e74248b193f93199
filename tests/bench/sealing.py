"""What one visible seal costs, against the stock signer and against what physics asks. Needs no database.

All in one run and in turn, so that a busy machine slows all alike: the limit is the digest of the bytes and one raw
signature; stock is pyHanko's SimpleSigner and PdfSigner with the same picture, key and file.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pikepdf
from asn1crypto import keys
from cryptography.hazmat.primitives import serialization
from django.test import override_settings
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.support import casefiles
from workflows.papers import approval_form, notice
from workflows.seals import drawing, pades, storage, verify
from workflows.seals.authority import local
from workflows.seals.bulk import intake, signing
from workflows.seals.keys import files
from workflows.seals.keys.sealer import SoftwareSealer
from workflows.seals.suites.p256 import P256Key
from workflows.seals.types import Expected, Field, Outcome

ROUNDS = 25
BULK = 300
PIN = "493817"
LARGE = 12_600_000
Row = tuple[str, float, str, str]


def rows() -> list[Row]:
    """(what, value, unit, note) of each measurement; CPU time of this process, median of several rounds."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        composed = approval_form.compose(casefiles.form())
        fields = casefiles.fields(composed)
        signer = _Signer()
        measured = []
        for size, pdf in (("50 KB", composed.pdf), ("12.6 MB", _padded(composed.pdf))):
            measured += _compared(size, pades.lay_out(pdf, fields), signer, fields)
        return [*measured, *_in_bulk(signer)]


def _compared(size: str, pdf: bytes, signer: _Signer, fields: list[Field]) -> list[Row]:
    expected = Expected(tuple(fields), {fields[0].name: signer.fingerprint})
    assert verify.report(signer.ours(pdf, fields[0]), expected).outcome == Outcome.PASSED
    ways: dict[str, Callable[[], object]] = {
        "limit": lambda: signer.limit(pdf),
        "ours": lambda: signer.ours(pdf, fields[0]),
        "stock": lambda: signer.stock(pdf, fields[0].name),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, work in ways.items():
            gc.collect()  # nobody pays for what another left behind
            started = time.process_time()
            work()
            taken[way].append((time.process_time() - started) * 1000)
    limit, ours, stock = (round(median(taken[way]), 2) for way in ways)
    return [
        (f"seals: visible seal ({size}), limit: SHA-256 and raw signature", limit, "ms CPU", ""),
        (
            f"seals: visible seal ({size}), ours",
            ours,
            "ms CPU",
            f"{stock / ours:.1f} times as fast as stock" + ("; aim ≤ 12" if len(pdf) > LARGE else ""),
        ),
        (f"seals: visible seal ({size}), stock pyHanko", stock, "ms CPU", "SimpleSigner + PdfSigner, same picture"),
    ]


def _in_bulk(signer: _Signer) -> list[Row]:
    """Small papers one after another, laid out, sealed and checked; then also read, stored and written to the disk."""
    papers = [notice.render(casefiles.notice(number=f"ZM-{number}")) for number in range(BULK)]
    paper = intake.looked_at(papers[0], "1.pdf")
    started = time.process_time()
    sealed = [signing.sealed(pdf, paper, signer.sealer, signer.appearance) for pdf in papers]
    alone = time.process_time() - started
    assert verify.report(sealed[-1]).outcome == Outcome.PASSED
    kept = [storage.put(pdf) for pdf in papers]
    started = time.process_time()
    for sha256 in kept:
        storage.put(signing.sealed(storage.read(sha256), paper, signer.sealer, signer.appearance))
    whole = time.process_time() - started
    return [
        (
            "seals: bulk, small papers",
            BULK / alone,
            "seals/s",
            f"one core, {len(papers[0]) // 1000} KB each, checked; aim ≥ 500",
        ),
        ("seals: bulk, small papers, read and stored", BULK / whole, "seals/s", "one core, CPU time; disk not counted"),
    ]


class _Signer:
    """One officer's key and picture, and three ways to use them."""

    def __init__(self) -> None:
        issued = local.issue(common_name="测速", organisation="测速", pin=PIN)
        self.certificate, issuer = issued.certificate, local.authority().issuer
        self.fingerprint = self.certificate.sha256.hex()
        self.key = files.opened(issued.key_name, files.stretched(PIN, issued.key_name))
        self.sealer = SoftwareSealer(self.certificate, [issuer], self.key)
        picture = drawing.square_seal(name="测速员")
        self.appearance = pades.Appearance(picture.operators(), picture.width, picture.height)
        assert isinstance(self.key, P256Key)
        opened = self.key.opened.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.simple = SimpleSigner(
            self.certificate, keys.PrivateKeyInfo.load(opened), SimpleCertificateStore.from_certs([issuer])
        )
        self.style = StaticStampStyle(
            background=RawContent(self.appearance.operators, box=BoxConstraints(picture.width, picture.height)),
            background_opacity=1.0,
            border_width=0,
        )

    def limit(self, pdf: bytes) -> bytes:
        return self.sealer.sign(hashlib.sha256(pdf).digest())

    def ours(self, pdf: bytes, field: Field) -> bytes:
        prepared = pades.prepare(
            pdf,
            field=field.name,
            certificate=self.certificate,
            suite=self.sealer.suite,
            appearance=self.appearance,
            first=True,
            moment=casefiles.MORNING,
        )
        return prepared.filled(pades.cms(prepared, self.sealer))

    def stock(self, pdf: bytes, field: str) -> io.BytesIO:
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.FILL_FORMS,
        )
        signer = PdfSigner(metadata, self.simple, stamp_style=self.style)
        out = io.BytesIO(pdf)
        signer.sign_pdf(IncrementalPdfFileWriter(out), existing_fields_only=True, in_place=True)
        return out


def _padded(pdf: bytes) -> bytes:
    """The form as heavy as a case file with its pages."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[0].Resources["/Weight"] = document.make_stream(os.urandom(LARGE))
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
