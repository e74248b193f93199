"""`verify_case`: what was changed behind the system's back is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import JSONField, Value

from capture.sessions import storage
from hukou.kernel import canonical
from tests.support.stages import Bureau
from tests.support.tampering import attack
from workflows.approvals.models import Decision, NoticeIssue
from workflows.archive import shelf
from workflows.archive.models import ArchiveRecord, ArchiveVersion
from workflows.cases import folders
from workflows.cases import pages as verbs
from workflows.cases.models import Case, MaterialPage
from workflows.seals import queries as seals
from workflows.seals.models import SealApplication, SealedDocument

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def superuser(db: None) -> None:
    """Whoever tampers in these tests may switch off the database's own guards, as its superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("alter table archive_archiverecord disable trigger archive_record_fixed")
        cursor.execute("alter table archive_archiveversion disable trigger archive_version_fixed")


@pytest.fixture
def filed(bureau: Bureau) -> Case:
    """A filed case with its files on the shelf."""
    case = bureau.filed()
    shelf.lay_out(case.archive_record)
    return case


@contextmanager
def flipped(path: Path, place: int = -100) -> Iterator[None]:
    """One bit of a file on disk is the other way round inside the block."""
    honest = path.read_bytes()
    forged = bytearray(honest)
    forged[place] ^= 1
    path.write_bytes(bytes(forged))
    try:
        yield
    finally:
        path.write_bytes(honest)


def verify(number: str | None) -> tuple[int, dict[str, Any]]:
    """Exit status and answer of the command."""
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_case", number, "--json", stdout=out)
    assert isinstance(end.value.code, int)
    return end.value.code, json.loads(out.getvalue())


def first_page(case: Case) -> Path:
    return storage.page_path(folders.live_pages(case)[0].page.sha256)


def first_original(case: Case) -> Path:
    return storage.original_path(folders.live_pages(case)[0].page.original.sha256)


def sealed_file(case: Case) -> Path:
    document = seals.latest_document(case.pk, "case_file")
    assert document is not None
    return seals.document_path(document.sha256)


def notice(case: Case) -> Path:
    document = seals.latest_document(case.pk, "notice")
    assert document is not None
    return seals.document_path(document.sha256)


def test_an_honest_case_holds(filed: Case) -> None:
    status, answer = verify(filed.number)
    assert (status, answer["outcome"], answer["findings"]) == (0, "HELD", [])
    assert {seal["outcome"] for seal in answer["seals"]} == {"PASSED"}
    assert answer["pages"] == len(folders.live_pages(filed))


@pytest.mark.parametrize(
    ("which", "code"),
    [
        (first_page, "page_altered"),
        (first_original, "page_altered"),
        (sealed_file, "seal_not_passed"),
        (notice, "seal_not_passed"),
    ],
)
@attack("changes a byte of a page, of an original or of a sealed PDF on the disk", found_by="verify_case")
def test_a_bit_turned_on_disk_is_found_and_named_and_restoring_it_heals(
    filed: Case, which: Callable[[Case], Path], code: str
) -> None:
    path = which(filed)
    with flipped(path):
        status, answer = verify(filed.number)
        assert (status, answer["outcome"]) == (1, "BROKEN")
        assert code in {finding["code"] for finding in answer["findings"]}
    assert verify(filed.number)[0] == 0


@pytest.mark.parametrize("which", [first_page, first_original, sealed_file])
def test_a_file_that_is_gone_is_found(filed: Case, which: Callable[[Case], Path]) -> None:
    which(filed).unlink()
    status, answer = verify(filed.number)
    assert (status, answer["outcome"]) == (1, "BROKEN")


@attack("exchanges a page in the database", found_by="verify_case")
def test_a_page_exchanged_in_the_database_is_not_what_the_trail_tells(filed: Case, bureau: Bureau) -> None:
    other = bureau.capture(bureau.draft(), "M_APPLY_FORM")
    placed = folders.live_pages(filed)[0]
    foreign = other.page
    other.superseded_at, other.superseded_by, other.superseded_reason = other.placed_at, bureau.clerk, "x"
    other.save()
    foreign.sha256 = storage.put("pages", b"another picture")
    foreign.save()
    MaterialPage.objects.filter(pk=placed.pk).update(page=foreign)
    status, answer = verify(filed.number)
    assert status == 1
    assert {"code": "not_in_trail", "subject": foreign.sha256} in answer["findings"]


def test_a_manifest_rewritten_in_the_database_is_found(filed: Case) -> None:
    version = filed.archive_record.newest
    manifest = {**version.manifest, "files": version.manifest["files"][:-1]}
    ArchiveVersion.objects.filter(pk=version.pk).update(manifest=manifest)
    codes = {finding["code"] for finding in verify(filed.number)[1]["findings"]}
    assert "manifest_altered" in codes


@pytest.mark.parametrize("nonsense", [{"files": 1.5}, {}, [], None, {"files": [{"name": "a"}]}])
def test_a_manifest_that_is_none_any_more_is_found_without_a_fault_of_ours(filed: Case, nonsense: Any) -> None:
    ArchiveVersion.objects.filter(record=filed.archive_record).update(manifest=Value(nonsense, JSONField()))
    status, answer = verify(filed.number)
    assert status == 1
    assert "manifest_altered" in {finding["code"] for finding in answer["findings"]}


def test_a_page_deleted_from_the_database_is_missed(bureau: Bureau) -> None:
    case = bureau.at_level(2)
    gone = folders.live_pages(case)[2]
    MaterialPage.objects.filter(pk=gone.pk).delete()
    status, answer = verify(case.number)
    assert (status, answer["findings"]) == (1, [{"code": "page_gone", "subject": gone.page.sha256}])


def test_a_page_taken_out_by_an_officer_is_not_missed(bureau: Bureau) -> None:
    case = bureau.accepted()
    placed = folders.live_pages(case)[0]
    verbs.supersede_page(case_id=case.pk, placement_id=placed.pk, reason="重拍", by=bureau.clerk)
    bureau.capture(case, placed.material.code, 7)
    assert verify(case.number)[0] == 0


@pytest.mark.parametrize("kind", ["case_file", "notice"])
def test_a_document_deleted_from_the_database_is_missed(filed: Case, kind: str) -> None:
    NoticeIssue.objects.filter(case=filed).delete()
    Decision.objects.filter(case=filed).delete()
    SealApplication.objects.filter(document__case=filed, document__kind=kind).delete()
    SealedDocument.objects.filter(case=filed, kind=kind).delete()
    status, answer = verify(filed.number)
    assert status == 1
    assert {"code": "document_gone", "subject": kind} in answer["findings"]


def test_words_changed_in_the_database_after_filing_are_found(filed: Case) -> None:
    Case.objects.filter(pk=filed.pk).update(form={**filed.form, "reason": "另一理由"})
    status, answer = verify(filed.number)
    assert (status, [finding["code"] for finding in answer["findings"]]) == (1, ["content_altered"])


def test_an_archive_record_deleted_from_the_database_is_missed(filed: Case) -> None:
    ArchiveVersion.objects.filter(record__case=filed).delete()
    ArchiveRecord.objects.filter(case=filed).delete()
    status, answer = verify(filed.number)
    assert (status, [finding["code"] for finding in answer["findings"]]) == (1, ["record_gone"])


def test_a_file_missing_from_the_shelf_is_found_and_laid_again(filed: Case) -> None:
    (shelf.folder_of(filed.archive_record) / "notice.pdf").unlink()
    status, answer = verify(filed.number)
    assert (status, answer["findings"]) == (1, [{"code": "shelf_missing", "subject": "notice.pdf"}])
    shelf.lay_out(filed.archive_record)
    assert verify(filed.number)[0] == 0


@pytest.fixture
def added_to(filed: Case, bureau: Bureau) -> Case:
    """A filed case in its second version, one page replaced by another."""
    bureau.begin_late_capture(filed)
    old = folders.live_pages(filed)[0]
    verbs.supersede_page(case_id=filed.pk, placement_id=old.pk, reason="不清晰", by=bureau.clerk)
    bureau.capture(filed, old.material.code, 8)
    bureau.conclude_late_capture(filed)
    shelf.lay_out(filed.archive_record)
    return filed


def codes_of(case: Case) -> set[str]:
    status, answer = verify(case.number)
    assert status == 1
    return {finding["code"] for finding in answer["findings"]}


def test_every_version_of_a_case_is_verified(added_to: Case) -> None:
    status, answer = verify(added_to.number)
    assert (status, answer["outcome"], answer["versions"]) == (0, "HELD", 2)
    assert answer["pages"] == len(folders.live_pages(added_to)) + 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_page_only_one_version_has_is_read_again_too(added_to: Case, number: int) -> None:
    versions = {version.number: version.manifest["files"] for version in added_to.archive_record.versions.all()}
    (only,) = [entry for entry in versions[number] if entry not in versions[3 - number]]
    with flipped(storage.page_path(only["sha256"])):
        # The shelf is made of links to the store, so both have the turned bit.
        assert codes_of(added_to) == {"page_altered", "shelf_altered"}
    with flipped(storage.original_path(only["original"])):
        assert codes_of(added_to) == {"page_altered"}
    on_shelf = shelf.folder_of(added_to.archive_record) / only["name"]
    on_shelf.unlink()
    on_shelf.write_bytes(b"another picture")
    assert codes_of(added_to) == {"shelf_altered"}
    shelf.lay_out(added_to.archive_record)
    assert verify(added_to.number)[0] == 0


@pytest.mark.parametrize("name", ["manifest.json", "manifest-v2.json"])
def test_a_manifest_changed_on_the_shelf_is_found_and_laid_again(added_to: Case, name: str) -> None:
    path = shelf.folder_of(added_to.archive_record) / name
    path.write_text(path.read_text(encoding="utf-8").replace('"version"', '"versions"'), encoding="utf-8")
    assert verify(added_to.number)[1]["findings"] == [{"code": "shelf_altered", "subject": name}]
    path.unlink()
    assert codes_of(added_to) == {"shelf_missing"}
    shelf.lay_out(added_to.archive_record)
    assert verify(added_to.number)[0] == 0


def rewrite(version: ArchiveVersion, **changed: Any) -> None:
    """As somebody would who knows how digests are made."""
    manifest = version.manifest | changed
    ArchiveVersion.objects.filter(pk=version.pk).update(manifest=manifest, manifest_sha256=canonical.digest(manifest))
    shelf.lay_out(version.record)


def test_a_first_version_rewritten_with_a_fitting_digest_is_not_what_the_trail_tells(added_to: Case) -> None:
    first, second = added_to.archive_record.versions.order_by("number")
    rewrite(first, content="0" * 64)
    assert {"not_in_trail", "chain_broken"} <= codes_of(added_to)
    rewrite(second, previous=ArchiveVersion.objects.get(pk=first.pk).manifest_sha256)
    assert codes_of(added_to) == {"not_in_trail"}


def test_a_version_deleted_from_the_database_is_missed(added_to: Case) -> None:
    ArchiveVersion.objects.filter(record__case=added_to, number=2).delete()
    assert {"version_gone", "content_altered"} <= codes_of(added_to)


def test_a_late_capture_under_way_is_no_damage(added_to: Case, bureau: Bureau) -> None:
    bureau.begin_late_capture(added_to)
    bureau.capture(added_to, "M_APPLY_FORM", 7)
    assert verify(added_to.number)[0] == 0


def test_a_case_under_way_holds_too(bureau: Bureau) -> None:
    status, answer = verify(bureau.at_level(3, "1102").number)
    assert (status, answer["outcome"]) == (0, "HELD")


def test_a_number_nobody_has_could_not_be_verified(bureau: Bureau) -> None:
    status, answer = verify("0" * 29)
    assert status == 2
    assert answer["error"]
