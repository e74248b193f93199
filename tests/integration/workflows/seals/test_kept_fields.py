"""A field kept for a signer says so in the file: no other seal goes in, and one that was forced in is found."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from hukou.kernel import clock
from tests.support import casefiles
from workflows.cases.models import Case
from workflows.seals import actions, pades, sealers, verify
from workflows.seals.errors import FieldBound
from workflows.seals.models import Seal, SealedDocument
from workflows.seals.register import unit_seal_of
from workflows.seals.types import Expected, Outcome

from .conftest import PIN, Bureau, Signing


@pytest.fixture
def document(case: Case, bureau: Bureau) -> SealedDocument:
    """The case file, kept for the officer of the first level and the unit of the last."""
    pdf, fields = casefiles.unsigned()
    holders = {"level1_officer": bureau.officers[0], "level3_unit": (bureau.branch, Seal.Kind.APPROVAL)}
    return actions.prepare_case_file(case_id=case.pk, revision=1, pdf=pdf, fields=fields, holders=holders)


def put_on(pdf: bytes, field: str, seal: Seal) -> bytes:
    sealer = sealers.of_officer(seal, pin=PIN)
    prepared = pades.prepare(
        pdf,
        field=field,
        certificate=sealer.certificate,
        suite=sealer.suite,
        appearance=pades.Appearance(b"0 0 9 9 re f", 9, 9),
        first=True,
        moment=clock.now(),
    )
    return prepared.filled(pades.cms(prepared, sealer))


def test_kept_fields_take_the_seals_they_are_kept_for(sealed: Signing) -> None:
    assert verify.report(sealed.bytes(), sealed.expected()).outcome == Outcome.PASSED


def test_the_file_itself_names_whom_its_fields_are_kept_for(signing: Signing, bureau: Bureau) -> None:
    form = PdfFileReader(io.BytesIO(signing.bytes())).root["/AcroForm"]["/Fields"]
    kept = {
        field.get_object()["/T"]: dict(field.get_object()["/SV"]["/Cert"]["/SubjectDN"][0])
        for field in form
        if "/SV" in field.get_object()
    }
    unit = unit_seal_of(bureau.branch, "approval")
    assert kept["level1_officer"]["/CN"] == f"{bureau.officers[0].name} {bureau.officers[0].number}"
    assert kept["level3_unit"] == {"/O": bureau.branch.name, "/CN": unit.title.removeprefix(bureau.branch.name)}
    assert set(kept) == {"level1_officer", "level3_unit"}


def test_another_officers_seal_does_not_go_into_a_kept_field(signing: Signing) -> None:
    second = Seal.objects.get(officer=signing.bureau.officers[1])
    with pytest.raises(FieldBound):
        put_on(signing.bytes(), "level1_officer", second)


def test_a_signer_who_ignores_whom_a_field_is_kept_for_is_found(signing: Signing, monkeypatch: Any) -> None:
    second = Seal.objects.get(officer=signing.bureau.officers[1])
    monkeypatch.setattr(pades, "_require_bound", lambda *_: None)
    forged = put_on(signing.bytes(), "level1_officer", second)
    # Even for somebody who believes it is the second officer's turn: the file says whose field it is.
    believed = Expected(signing.expected().fields, {"level1_officer": second.fingerprint})
    report = verify.report(forged, believed)
    assert report.outcome == Outcome.FAILED
    assert report.seals[0].reasons == ("not_acceptable",)
