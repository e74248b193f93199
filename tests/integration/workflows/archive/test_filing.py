"""Filing: a decided case, whole, under one archive number."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from audit.trail import queries as trail
from hukou.kernel import canonical
from hukou.kernel.errors import WrongState
from tests.support.stages import Bureau, fresh, put_on_seals
from workflows.archive import manifests, shelf, verify
from workflows.archive.errors import NoticeNotReady
from workflows.archive.models import ArchiveRecord
from workflows.cases import errors, folders
from workflows.cases.models import Case
from workflows.seals import queries as seals
from workflows.seals import renewal

S = Case.Status


def test_a_case_is_not_filed_before_its_result_is_in_the_population_system(bureau: Bureau) -> None:
    case = bureau.fill(bureau.approved(), "completion")
    with pytest.raises(WrongState):
        bureau.file(case)
    bureau.enter(case)
    assert (fresh(case).completed_by, fresh(case).completion_number) == (bureau.clerk, "RK-0001")
    assert bureau.file(case).status == S.FILED


def test_a_completed_case_is_not_filed_without_its_completion_papers(bureau: Bureau) -> None:
    case = bureau.completed()
    with pytest.raises(errors.MaterialsMissing) as refusal:
        bureau.file(case)
    assert [slot.spec.code for slot in refusal.value.data["missing"]] == ["M_REG_FORM"]
    assert fresh(case).status == S.COMPLETED
    assert not ArchiveRecord.objects.exists()


def test_a_case_is_not_filed_before_its_notice_is_made(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    bureau.decide(case, 2, "refuse")
    case = put_on_seals(case)
    assert case.status == S.REFUSED
    with pytest.raises(NoticeNotReady):
        bureau.file(case)
    assert fresh(case).status == S.REFUSED


def test_a_filed_case_has_a_manifest_of_everything_in_it(bureau: Bureau) -> None:
    case = bureau.filed("1102")
    record = case.archive_record
    version = record.versions.get()
    kinds = [entry["kind"] for entry in version.manifest["files"]]
    pages = sum(len(slot.pages) for slot in folders.of(case).slots)
    assert kinds == ["case_file", "notice", *["page"] * pages]
    assert version.manifest["case_number"] == case.number
    assert (version.number, version.made_by) == (1, bureau.clerk)
    told = trail.events_of(case).filter(action="case.filed").get()
    assert (told.details["archive_number"], told.details["manifest"]) == (record.number, version.manifest_sha256)


def test_a_filed_case_verifies(bureau: Bureau) -> None:
    case = bureau.filed()
    report = verify.verify_case(case)
    assert {seal.outcome for document in report.documents.values() for seal in document.seals} == {"PASSED"}


def test_archive_numbers_follow_each_other(bureau: Bureau) -> None:
    with pytest.raises(errors.MaterialsMissing):
        bureau.file(bureau.completed())
    first, second = bureau.file(bureau.refused()), bureau.file(bureau.refused())
    numbers = [case.archive_record.number for case in (first, second)]
    assert int(numbers[1][-5:]) == int(numbers[0][-5:]) + 1
    assert numbers[0][:-5] == numbers[1][:-5]


def test_a_filed_case_is_stamped_anew_beside_what_was_filed(bureau: Bureau) -> None:
    case = bureau.filed()
    record = case.archive_record
    document = seals.latest_document(case.pk, "case_file")
    assert document is not None
    renewed = renewal.renew_stamps(document.pk)
    laid = {path.name: path for path in shelf.lay_out(record)}
    before, after = laid["case_file.pdf"].read_bytes(), laid["case_file-stamped-anew.pdf"].read_bytes()
    assert after.startswith(before)
    assert canonical.sha256(after) == renewed.sha256
    assert verify.verify_case(case).findings == ()
    assert ProcrastinateJob.objects.filter(task_name="archive.lay_out_shelf").count() == 2
    second = manifests._files(case, 2, manifests._names(record))
    assert [entry["name"] for entry in second[:2]] == ["case_file-v2.pdf", "notice.pdf"]
