"""The public page: what a stranger may learn of a notice, by code and by file."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from audit.trail.models import Event
from hukou.kernel import clock
from tests.integration.console.conftest import SignedIn
from tests.support import casefiles, cases
from tests.support.certificates import certificate
from workflows.approvals import checking, notices
from workflows.approvals.checking import Verdict
from workflows.approvals.models import NoticeIssue
from workflows.cases.models import Case
from workflows.papers import notice as paper
from workflows.seals import pades, register, sealers, storage
from workflows.seals.admission import CheckTally
from workflows.seals.bulk import actions as batches
from workflows.seals.bulk import queries, signing


@pytest.fixture
def issued(approved: Case) -> NoticeIssue:
    """The notice of an approved case."""
    return NoticeIssue.objects.select_related("document", "case").get(case=approved)


@pytest.fixture
def stranger() -> Client:
    return Client()


def bring(stranger: Client, pdf: bytes) -> Any:
    return stranger.post(reverse("check"), {"paper": SimpleUploadedFile("n.pdf", pdf, "application/pdf")})


def test_the_file_of_a_notice_is_real(stranger: Client, issued: NoticeIssue) -> None:
    answer = bring(stranger, storage.read(issued.document.sha256))
    assert answer.context["checked"].verdict == Verdict.REAL
    assert issued.number in answer.content.decode()


def test_the_code_tells_which_notice_and_nothing_of_the_citizen(stranger: Client, issued: NoticeIssue) -> None:
    typed = " ".join(issued.check_code[i : i + 4] for i in range(0, 16, 4)).lower()
    answer = stranger.post(reverse("check"), {"code": typed}, follow=True)
    assert answer.redirect_chain == [(reverse("check_code", args=[issued.check_code]), 302)]
    page = answer.content.decode()
    assert answer.context["checked"].verdict == Verdict.REAL
    assert issued.number in page
    for personal in (issued.case.applicant_name, issued.case.applicant.id_number, issued.case.subtype.name_zh):
        assert personal
        assert personal not in page


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8, 0.99])
def test_one_changed_byte_is_an_altered_notice(stranger: Client, issued: NoticeIssue, place: float) -> None:
    forged = bytearray(storage.read(issued.document.sha256))
    forged[int(len(forged) * place)] ^= 1
    verdict = bring(stranger, bytes(forged)).context["checked"].verdict
    assert verdict in {Verdict.ALTERED, Verdict.NOT_OURS}


def test_a_notice_with_its_seal_cut_off_is_not_real(stranger: Client, issued: NoticeIssue) -> None:
    unsealed = storage.read(issued.document.applications.get().prepared_sha256)
    assert storage.read(issued.document.sha256).startswith(unsealed)
    assert bring(stranger, unsealed).context["checked"].verdict == Verdict.NOT_OURS


def test_a_forged_notice_does_not_even_learn_whether_its_number_exists(stranger: Client, issued: NoticeIssue) -> None:
    forged = paper.render(casefiles.notice(number=issued.number, check_code=issued.check_code))
    assert pades.title_of(forged) == issued.number
    answer = bring(stranger, forged)
    assert answer.context["checked"].verdict == Verdict.NOT_OURS
    assert issued.number not in answer.content.decode()


def test_a_real_notice_retitled_tells_nothing_of_the_other_number(stranger: Client, issued: NoticeIssue) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(storage.read(issued.document.sha256)))
    writer.set_info(generic.DictionaryObject({pdf_name("/Title"): pdf_string("TZ-1")}))
    out = io.BytesIO()
    writer.write(out)
    checked = bring(stranger, out.getvalue()).context["checked"]
    assert (checked.verdict, checked.number) == (Verdict.ALTERED, "")


def test_a_copy_from_before_the_newest_bytes_is_real_too(stranger: Client, issued: NoticeIssue) -> None:
    earlier = storage.read(issued.document.sha256)
    issued.document.sha256 = storage.put(earlier + b"%later")
    issued.document.save(update_fields=["sha256"])
    checked = bring(stranger, earlier).context["checked"]
    assert (checked.verdict, checked.number) == (Verdict.REAL, issued.number)


@pytest.mark.parametrize("rubbish", [b"x", b"%PDF-1.7", b"%PDF-1.7\n\x00\xff" * 500, b"<svg onload=alert(1)>"])
def test_rubbish_is_not_ours_and_no_error(stranger: Client, issued: NoticeIssue, rubbish: bytes) -> None:
    answer = bring(stranger, rubbish)
    assert answer.status_code == 200
    assert answer.context["checked"].verdict == Verdict.NOT_OURS


def test_a_case_file_is_not_answered_for(stranger: Client, issued: NoticeIssue) -> None:
    document = issued.case.documents.filter(kind="case_file").latest("revision")
    answer = bring(stranger, storage.read(document.sha256))
    assert answer.context["checked"].verdict == Verdict.NOT_OURS
    assert not answer.context["checked"].number


def test_a_certificate_sealed_in_a_batch_is_real(stranger: Client, issued: NoticeIssue) -> None:
    officer = issued.case.accepted_by
    assert officer is not None
    batch = batches.make(by=officer, title="证明")
    item = batches.bring(batch_id=batch.pk, by=officer, name="a.pdf", pdf=certificate(1))
    batches.deliver(item, 1)
    batches.note_shown(batch_id=batch.pk, position=1, by=officer, sha256=item.sha256)
    begun = batches.begin(batch_id=batch.pk, by=officer, pin=cases.PIN)
    seal = register.personal_seal_of(officer)
    signing.sign_all(batch.pk, begun.run, seal, sealers.of_officer(seal, pin=cases.PIN))
    sealed = storage.read(queries.item_at(batch, 1).result_sha256)
    assert bring(stranger, sealed).context["checked"].verdict == Verdict.REAL
    assert bring(stranger, sealed + b"\n").context["checked"].verdict != Verdict.REAL


def test_what_is_no_code_gets_into_no_address(stranger: Client, db: None) -> None:
    for typed in ("林晓岚", "420704199003071238", ""):
        answer = stranger.post(reverse("check"), {"code": typed})
        assert answer.status_code == 422
        assert "Location" not in answer


def test_an_unknown_code_is_not_found(stranger: Client, db: None) -> None:
    assert stranger.get(reverse("check_code", args=["0" * 16])).context["checked"].verdict == Verdict.NOT_OURS
    assert stranger.get(reverse("check_code", args=["x"])).context["checked"].verdict == Verdict.NOT_OURS


def test_an_address_that_asks_too_often_waits_and_the_others_do_not(stranger: Client, db: None, settings: Any) -> None:
    settings.HUKOU_CHECKS_A_MINUTE = 3
    page = reverse("check_code", args=["0" * 16])
    with clock.frozen(clock.now().replace(second=0)):
        assert [stranger.get(page).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert stranger.get(page)["Retry-After"] == "60"
        assert stranger.get(page, REMOTE_ADDR="10.0.0.9").status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        assert stranger.get(page).status_code == 200
    assert CheckTally.objects.count() == 2  # what is old is gone
    assert not CheckTally.objects.filter(address__contains="127").exists()


def test_a_file_too_large_is_refused(stranger: Client, db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(checking, "MOST_BYTES", 100)
    assert bring(stranger, b"%PDF" + b"x" * 200).status_code == 413


def test_every_check_leaves_a_trace_that_names_nobody(stranger: Client, issued: NoticeIssue) -> None:
    bring(stranger, storage.read(issued.document.sha256))
    event = Event.objects.filter(action="notice.checked").latest("pk")
    assert event.details == {"how": "file", "verdict": "real"}
    assert (event.officer_id, event.workstation, event.session) == (None, "", "")


def test_the_qr_code_leads_to_the_public_page(settings: Any, stranger: Client, issued: NoticeIssue) -> None:
    assert notices.check_url(issued.check_code) == ""
    settings.HUKOU_PUBLIC_URL = "https://hz.example.cn/"
    address = notices.check_url(issued.check_code)
    assert address == f"https://hz.example.cn{reverse('check_code', args=[issued.check_code])}"


def test_signed_in_officers_see_the_same_page(signed_in: SignedIn, issued: NoticeIssue) -> None:
    officer = issued.case.accepted_by
    assert officer is not None
    assert signed_in(officer).get(reverse("check_code", args=[issued.check_code])).status_code == 200
