"""How fast forms are typeset and seals are put on. Needs no database; makes a throw-away authority."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from django.test import override_settings

from tests.support import casefiles
from workflows.papers import approval_form, casefile
from workflows.seals import drawing, pades, suites, verify
from workflows.seals.authority import local
from workflows.seals.keys import files
from workflows.seals.keys.sealer import SoftwareSealer
from workflows.seals.types import Expected, Field, Outcome

PAGES = 12
ROUNDS = 15
PIN = "493817"


def rows() -> list[tuple[str, float, str]]:
    """(what, value, unit) of each measurement; CPU time of this process, median of several rounds."""
    with tempfile.TemporaryDirectory() as folder, override_settings(HUKOU_DATA_DIR=Path(folder)):
        jpegs = [casefiles.jpeg(copy=copy) for copy in range(PAGES)]
        form = casefiles.form()
        composed = approval_form.compose(form)
        fields = casefiles.fields(composed)
        bound = casefile.merge(composed.pdf, jpegs, title=casefiles.NUMBER)
        laid_out = pades.lay_out(bound, fields)
        seal = _Seal()
        signed = seal.put_on(laid_out, fields[0])
        expected = Expected(tuple(fields), {fields[0].name: seal.fingerprint})
        assert verify.report(signed, expected).outcome == Outcome.PASSED
        size = f"{PAGES} pages, {len(bound) / 1e6:.1f} MB"
        return [
            ("papers: approval form", _ms(lambda: approval_form.compose(form)), "ms"),
            (f"papers: case file bound ({size})", _ms(lambda: casefile.merge(composed.pdf, jpegs, title="1")), "ms"),
            (f"seals: opinion drawn and seal put on ({size})", _ms(lambda: seal.put_on(laid_out, fields[0])), "ms CPU"),
            (f"seals: seal verified ({size})", _ms(lambda: verify.report(signed, expected)), "ms CPU"),
            ("seals: key opened with its PIN", _ms(seal.open), "ms CPU"),
        ]


class _Seal:
    """One officer's seal outside the register."""

    def __init__(self) -> None:
        self.issued = local.issue(common_name="测速", organisation="测速", pin=PIN)
        self.fingerprint = self.issued.certificate.sha256.hex()
        self.picture = drawing.square_seal(name="测速员")
        self.sealer = SoftwareSealer(self.issued.certificate, [local.authority().issuer], self.open())

    def open(self) -> suites.Key:
        return files.opened(self.issued.key_name, files.stretched(PIN, self.issued.key_name))

    def put_on(self, pdf: bytes, field: Field) -> bytes:
        """The whole work on one visible seal: the panel with the opinion, place, signature, filling in."""
        left, bottom, right, top = field.box
        panel = drawing.signed_panel(
            seal=self.picture,
            opinion="经审核，材料齐全，情况属实，同意。",
            signature_lines=["测速员（警号 010203）", "2026年11月21日 09:30"],
            width=right - left,
            height=top - bottom,
        )
        prepared = pades.prepare(
            pdf,
            field=field.name,
            certificate=self.issued.certificate,
            suite=self.sealer.suite,
            appearance=pades.Appearance(panel.operators(), panel.width, panel.height),
            first=True,
            moment=casefiles.MORNING,
        )
        return prepared.filled(pades.cms(prepared, self.sealer))


def _ms(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        taken.append((time.process_time() - started) * 1000)
    return round(median(taken), 2)
