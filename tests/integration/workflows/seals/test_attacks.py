"""Whatever is done to a sealed file, the report says FAILED — also where the file's digest is not known."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject

from hukou.kernel import clock
from tests.support import stampers
from tests.support.nights import by_night
from workflows.seals import actions, pades, sealers, verify
from workflows.seals.authority import local, tsa
from workflows.seals.authority.certificates import Revoked
from workflows.seals.keys import files
from workflows.seals.models import Seal
from workflows.seals.register import certificate_of
from workflows.seals.stamps import embedding
from workflows.seals.types import Expected, Outcome, SealReport

from .conftest import PIN, Signing


def alone(signing: Signing) -> Expected:
    """What is expected of the file, by somebody who was not told its digest."""
    return replace(signing.expected(), sha256="", told="")


def judged(pdf: bytes, signing: Signing) -> SealReport:
    return verify.report(pdf, alone(signing))


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one incremental update, as a forger with a PDF library would add it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def insert_page(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 100 100 re f"))
    media = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.insert_page(PageObject(contents=stream, media_box=media))


def cover_with_annotation(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    square = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Square"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 400, 500, 700))),
        }
    )
    page["/Annots"].append(writer.add_object(square))
    writer.mark_update(page["/Annots"]) if isinstance(page.raw_get("/Annots"), generic.IndirectObject) else None
    writer.update_container(page)


def run_script_on_opening(writer: IncrementalPdfFileWriter) -> None:
    script = generic.DictionaryObject(
        {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.beep()")}
    )
    writer.root["/OpenAction"] = script
    writer.update_root()


def field_of(writer: IncrementalPdfFileWriter, name: str) -> generic.DictionaryObject:
    fields = writer.root["/AcroForm"]["/Fields"]
    return next(field.get_object() for field in fields if field.get_object()["/T"] == name)


def swap_a_seal_picture(writer: IncrementalPdfFileWriter) -> None:
    first, third = field_of(writer, "level1_officer"), field_of(writer, "level3_officer")
    first["/AP"] = third["/AP"]
    writer.update_container(first)


def repaint_a_seal_in_place(writer: IncrementalPdfFileWriter) -> None:
    picture = field_of(writer, "level1_officer")["/AP"].raw_get("/N")
    blank = generic.StreamObject(
        dict_data={k: v for k, v in picture.get_object().items() if k not in ("/Filter", "/Length")}, stream_data=b"q Q"
    )
    writer.objects[(picture.generation, picture.idnum)] = blank


def clear_a_signature(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "level1_officer")
    del field["/V"]
    writer.update_container(field)


def remove_a_field(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    form["/Fields"].pop(0)
    writer.update_container(form["/Fields"])
    writer.update_container(form)


def change_the_metadata_stream(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(
        dict_data={pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")},
        stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
    )
    writer.root["/Metadata"] = writer.add_object(stream)
    writer.update_root()


def run_script_on_a_page(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    script = generic.DictionaryObject({pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("1")})
    page["/AA"] = generic.DictionaryObject({pdf_name("/O"): script})
    writer.update_container(page)


def remove_a_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].pop(-1)
    pages["/Count"] = generic.NumberObject(len(pages["/Kids"]))
    writer.update_container(pages)


def move_a_seal(writer: IncrementalPdfFileWriter) -> None:
    field = field_of(writer, "level3_unit")
    field["/Rect"] = generic.ArrayObject(map(generic.NumberObject, (10, 10, 90, 90)))
    writer.update_container(field)


def empty_the_evidence(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/DSS"]
    writer.update_root()


def change_the_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): pdf_string("another case")}))


@pytest.mark.parametrize(
    "attack",
    [
        insert_page,
        cover_with_annotation,
        run_script_on_opening,
        swap_a_seal_picture,
        repaint_a_seal_in_place,
        clear_a_signature,
        remove_a_field,
        remove_a_page,
        run_script_on_a_page,
        move_a_seal,
        empty_the_evidence,
        change_the_title,
        change_the_metadata_stream,
    ],
)
def test_an_update_after_the_last_seal_fails(sealed: Signing, attack: Callable[..., None]) -> None:
    forged = updated(sealed.bytes(), attack)
    assert len(forged) > len(sealed.bytes())
    assert judged(forged, sealed).outcome == Outcome.FAILED


def test_an_update_between_two_levels_is_never_sealed_over(signing: Signing) -> None:
    signing.seal(1)
    forged = updated(signing.bytes(), insert_page)
    signing.document.sha256 = actions.storage.put(forged)
    signing.document.save()
    application = signing.sign(2)
    with pytest.raises(actions.SealRejected):
        actions.apply_seal(application.pk)
    application.refresh_from_db()
    assert application.state != "applied"


@pytest.mark.parametrize("places", [10, by_night(60)])
def test_a_flipped_bit_anywhere_fails(sealed: Signing, places: int) -> None:
    pdf, expected = sealed.bytes(), alone(sealed)
    step = len(pdf) // places
    missed = []
    for place in [*range(step // 2, len(pdf), step), 12, len(pdf) - 2, len(pdf) - 200]:
        forged = bytearray(pdf)
        forged[place] ^= 0x01
        if verify.report(bytes(forged), expected).outcome == Outcome.PASSED:
            missed.append((place, pdf[place : place + 12]))
    assert missed == []


def test_bytes_hidden_in_the_padding_of_any_seal_or_stamp_fail(sealed: Signing) -> None:
    pdf, passed = sealed.bytes(), []
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        hidden = bytearray(pdf)
        place = signature.byte_range[2] - 40
        assert signature.byte_range[1] < place
        assert hidden[place : place + 8] == b"0" * 8
        hidden[place : place + 8] = b"CAFEBABE"
        if judged(bytes(hidden), sealed).outcome != Outcome.FAILED:
            passed.append(signature.field_name)
    assert passed == []


@pytest.mark.parametrize("apart", [240, by_night(20)])
def test_a_flipped_bit_in_every_part_of_every_seal_and_stamp_fails(sealed: Signing, apart: int) -> None:
    """In the container, in the padding, between place and end, in the cross-references, in the evidence."""
    pdf, expected, passed = sealed.bytes(), alone(sealed), []
    for signature in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        _zero, before, after, rest = signature.byte_range
        last = after + rest == len(pdf)
        within = range(before + 3, before + 3100, apart) if last else (before + 9, before + 700)
        for place in (before - 30, before, *within, after - 2, after + 4, after + rest // 2, after + rest - 9):
            forged = bytearray(pdf)
            forged[place] ^= 0x01
            if verify.report(bytes(forged), expected).outcome != Outcome.FAILED:
                passed.append((signature.field_name, place, pdf[place : place + 12]))
    assert passed == []


def test_a_page_added_by_writing_the_file_anew_fails(sealed: Signing) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed.bytes())) as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert judged(out.getvalue(), sealed).outcome == Outcome.FAILED


def test_a_stamp_of_a_stranger_over_the_file_is_no_proof(sealed: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = stampers.stranger()
    monkeypatch.setattr(
        tsa, "token", lambda digest, algorithm, *, nonce, suite: tsa.issued(
            stranger, digest, algorithm, nonce=nonce, moment=clock.now()
        ),
    )  # fmt: skip
    pdf, _stamp = embedding.renew(sealed.bytes())
    report = judged(pdf, sealed)
    assert (report.outcome, report.stamps[-1].reasons) == (Outcome.INDETERMINATE, ("untrusted",))
    assert verify.report(pdf, sealed.expected()).outcome == Outcome.FAILED


def test_a_file_without_its_closing_stamp_fails(sealed: Signing) -> None:
    pdf = sealed.bytes()
    seals = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    end = seals[-1].byte_range[2] + seals[-1].byte_range[3]
    assert pdf[:end].rstrip().endswith(b"%%EOF")
    report = judged(pdf[:end], sealed)
    assert (report.outcome, report.reasons) == (Outcome.FAILED, ("closing_stamp_missing",))


def test_bytes_after_the_end_fail(sealed: Signing) -> None:
    assert judged(sealed.bytes() + b"\n% more", sealed).outcome == Outcome.FAILED


def test_a_file_cut_back_to_level_2_fails(signing: Signing) -> None:
    signing.seal(1)
    signing.seal(2)
    cut = signing.bytes()
    signing.seal(3)
    report = judged(cut, signing)
    assert report.outcome == Outcome.FAILED
    assert "seal_missing:level3_officer" in report.reasons
    assert [seal.outcome for seal in report.seals if seal.level < 3] == [Outcome.PASSED, Outcome.PASSED]


def put_on(pdf: bytes, field: str, seal: Seal, *, first: bool = False) -> bytes:
    """Sign a field the way the program does, without its rules."""
    sealer = sealers.of_officer(seal, pin=PIN)
    blank = pades.Appearance(b"0 0 9 9 re f", 9, 9)
    prepared = pades.prepare(
        pdf,
        field=field,
        certificate=sealer.certificate,
        suite=sealer.suite,
        appearance=blank,
        first=first,
        moment=clock.now(),
    )
    return pades.fill(prepared.pdf, start=prepared.start, end=prepared.end, signature=pades.cms(prepared, sealer))


def test_levels_signed_out_of_order_fail(signing: Signing) -> None:
    seals = [Seal.objects.get(officer=officer) for officer in signing.bureau.officers]
    pdf = put_on(signing.bytes(), "level1_officer", seals[0], first=True)
    pdf = put_on(pdf, "level3_officer", seals[2])
    pdf = put_on(pdf, "level2_officer", seals[1])
    signed = {f"level{n}_officer": seal.fingerprint for n, seal in enumerate(seals, 1)}
    report = verify.report(pdf, Expected(signing.expected().fields, signed))
    assert report.outcome == Outcome.FAILED
    assert all("out_of_order" in seal.reasons for seal in report.seals)


def test_another_officers_certificate_in_a_field_fails(signing: Signing) -> None:
    first, second, _ = (Seal.objects.get(officer=officer) for officer in signing.bureau.officers)
    pdf = put_on(signing.bytes(), "level1_officer", second, first=True)
    report = verify.report(pdf, Expected(signing.expected().fields, {"level1_officer": first.fingerprint}))
    assert report.outcome == Outcome.FAILED
    assert report.seals[0].reasons == ("wrong_signer",)


def test_a_seal_nobody_expected_fails(signing: Signing) -> None:
    signing.seal(1)
    second = Seal.objects.get(officer=signing.bureau.officers[1])
    report = judged(put_on(signing.bytes(), "level2_officer", second), signing)
    assert report.outcome == Outcome.FAILED
    assert report.reasons == ("unexpected_seal:level2_officer", "closing_stamp_missing")


def test_a_file_with_another_digest_than_the_registers_fails(sealed: Signing) -> None:
    report = verify.report(sealed.bytes(), replace(sealed.expected(), sha256="0" * 64))
    assert report.outcome == Outcome.FAILED
    assert report.reasons == ("whole_file_digest_differs",)


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.7", b"\x00" * 4096, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF"])
def test_what_is_no_sealed_pdf_fails_without_an_exception(sealed: Signing, rubbish: bytes) -> None:
    assert judged(rubbish, sealed).outcome == Outcome.FAILED


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95, 0.999])
def test_a_truncated_file_fails_without_an_exception(sealed: Signing, part: float) -> None:
    pdf = sealed.bytes()
    assert judged(pdf[: int(len(pdf) * part)], sealed).outcome == Outcome.FAILED


def revoke(seal: Seal, moment: datetime) -> None:
    """Put the seal's certificate on the issuer's revocation list."""
    local.publish_list([Revoked(certificate_of(seal).serial_number, moment, "key_compromise")])


def test_a_certificate_revoked_before_signing_fails(sealed: Signing) -> None:
    revoke(Seal.objects.get(officer=sealed.bureau.officers[1]), clock.now() - timedelta(minutes=30))
    report = judged(sealed.bytes(), sealed)
    assert report.outcome == Outcome.FAILED
    assert [seal.reasons for seal in report.seals if seal.level == 2] == [("revoked",)]


def unstamped(signing: Signing) -> tuple[bytes, Seal, Expected]:
    """A first seal without any stamp, and what is expected of it."""
    seal = Seal.objects.get(officer=signing.bureau.officers[0])
    pdf = put_on(signing.bytes(), "level1_officer", seal, first=True)
    return pdf, seal, Expected(signing.expected().fields, {"level1_officer": seal.fingerprint})


def test_a_certificate_revoked_after_signing_is_indeterminate_without_a_stamp_and_passes_with_one(
    signing: Signing,
) -> None:
    with clock.frozen(clock.now()):
        pdf, seal, expected = unstamped(signing)
        signing.seal(1)
    revoke(seal, clock.now() + timedelta(seconds=30))
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        without = verify.report(pdf, expected)
        assert (without.outcome, without.sub_indication) == (Outcome.INDETERMINATE, "REVOKED_NO_POE")
        assert judged(signing.bytes(), signing).outcome == Outcome.PASSED


def test_a_seal_without_a_stamp_is_not_taken_where_the_register_expects_one(signing: Signing) -> None:
    pdf, _seal, expected = unstamped(signing)
    assert verify.report(pdf, expected).outcome == Outcome.PASSED
    report = verify.report(pdf, replace(expected, stamped=True))
    assert report.outcome == Outcome.FAILED
    assert (report.reasons, report.seals[0].reasons) == (("closing_stamp_missing",), ("stamp_missing",))


def test_without_a_revocation_list_only_a_file_that_carries_its_own_passes(signing: Signing) -> None:
    pdf, _seal, expected = unstamped(signing)
    signing.seal(1)
    public = files.folder() / "ca-p256"
    (public / "issuer.crl").write_bytes((public / "root.crl").read_bytes())
    assert verify.report(pdf, expected).outcome == Outcome.INDETERMINATE
    assert judged(signing.bytes(), signing).outcome == Outcome.PASSED


def test_a_file_sealed_under_another_root_does_not_pass(sealed: Signing, settings: Any, tmp_path: Path) -> None:
    pdf, expected = sealed.bytes(), alone(sealed)
    settings.HUKOU_DATA_DIR = tmp_path / "elsewhere"
    assert verify.report(pdf, expected).outcome == Outcome.INDETERMINATE


def test_a_lone_honest_file_passes_and_a_lone_cut_one_is_indeterminate(signing: Signing) -> None:
    signing.seal(1)
    signing.seal(2)
    cut = verify.report(signing.bytes())
    signing.seal(3)
    assert verify.report(signing.bytes()).outcome == Outcome.PASSED
    assert cut.outcome == Outcome.INDETERMINATE
    assert cut.reasons == ("not_yet_sealed:level3_officer", "not_yet_sealed:level3_unit")
