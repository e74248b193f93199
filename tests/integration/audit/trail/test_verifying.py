"""Whatever a superuser does to the stored trail, verifying it names what was done."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from audit.trail import actions as trail
from audit.trail import notes, publication, verifications, verifier
from audit.trail.models import Checkpoint, Event, Verification
from audit.trail.types import Outcome, TrailReport
from audit.trail.verification import ranges
from hukou.accounts.models import Officer
from tests.support.append_only import as_superuser
from tests.support.witnesses import key_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(data_dir: Path, clerk: Officer) -> list[Event]:
    """Two checkpoints over eight events of two cases."""
    for _ in range(2):
        for case in (1, 2, 1, 2):
            trail.record("paper.laid", subject=f"cases.case:{case}", by=clerk, details={"pages": case})
        trail.sequence(patience=30)
    return list(Event.objects.all())


def found(report: TrailReport) -> set[tuple[str, int | None]]:
    return {(finding.kind, finding.event_id) for finding in report.findings}


def test_an_untouched_trail_holds(log: list[Event], clerk: Officer) -> None:
    trail.record("paper.turned", subject="cases.case:1", by=clerk)
    report = verifier.verify()
    assert report.outcome is Outcome.HELD
    assert (report.events, report.sequenced, report.waiting, report.tree_size, report.checkpoints) == (9, 8, 1, 8, 2)
    assert len(report.root) == 64


def test_an_empty_trail_holds(data_dir: Path) -> None:
    assert verifier.verify().held


def test_an_altered_column_is_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("update trail_event set officer_number = '999999' where id = %s", [log[2].pk])
    (finding,) = verifier.verify().findings
    assert (finding.kind, finding.event_id, finding.subject) == ("columns_differ", log[2].pk, "cases.case:1")


def test_altered_bytes_are_found_even_with_fitting_columns(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute(
            "update trail_event set officer_number = '999999', leaf = convert_to(replace("
            "convert_from(leaf, 'UTF8'), '010203', '999999'), 'UTF8') where id = %s",
            [log[2].pk],
        )
    assert found(verifier.verify()) == {("event_altered", log[2].pk)}


def test_a_rewritten_leaf_hash_does_not_add_up_to_the_checkpoint(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute(
            "update trail_event set officer_number = '999999', leaf = convert_to(replace("
            "convert_from(leaf, 'UTF8'), '010203', '999999'), 'UTF8') where id = %s",
            [log[2].pk],
        )
        sql.execute(
            "update trail_leaf set hash = sha256('\\x00'::bytea || e.leaf) from trail_event e where e.id = event_id"
        )
    (finding,) = verifier.verify().findings
    assert finding.kind == "root_differs"
    assert "0" in finding.message
    assert "3" in finding.message


def test_a_removed_event_is_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("delete from trail_event where id = %s", [log[3].pk])
    report = verifier.verify()
    assert found(report) == {("event_removed", log[3].pk), ("number_missing", None)}
    assert {finding.subject for finding in report.findings} == {"", "cases.case:2"}


def test_a_removed_event_with_its_leaf_is_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("delete from trail_event where id = %s", [log[3].pk])
        sql.execute("delete from trail_leaf where event_id = %s", [log[3].pk])
    assert {"leaf_missing", "root_differs", "number_missing"} <= {kind for kind, _ in found(verifier.verify())}


def test_the_end_of_the_log_cut_off_is_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("delete from trail_event where id > %s", [log[5].pk])
        sql.execute("delete from trail_leaf where event_id > %s", [log[5].pk])
        sql.execute("update trail_tally set count = 3")
    assert found(verifier.verify()) == {("log_shortened", None)}


def test_an_event_removed_before_it_was_sequenced_is_found(log: list[Event], clerk: Officer) -> None:
    trail.record("paper.turned", subject="cases.case:1", by=clerk)
    fresh = Event.objects.latest("pk")
    with as_superuser() as sql:
        sql.execute("delete from trail_event where id = %s", [fresh.pk])
    (finding,) = verifier.verify().findings
    assert (finding.kind, finding.subject) == ("number_missing", "cases.case:1")


def test_an_event_slipped_in_behind_the_log_is_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute(
            "insert into trail_event (at, action, subject, subject_seq, case_id, officer_id, officer_number, office_id,"
            " office_code, duty, workstation, session, details, leaf, txid) select at, action, subject, 5, case_id,"
            " officer_id, officer_number, office_id, office_code, duty, workstation, session, details, leaf, '3'::xid8"
            " from trail_event where id = %s returning id",
            [log[0].pk],
        )
        (slipped,) = sql.fetchone()
    assert {("event_inserted", slipped), ("columns_differ", slipped)} <= found(verifier.verify())


def test_two_events_swapped_are_found(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute(
            "update trail_leaf set hash = (select other.hash from trail_leaf other where other.leaf_index = 5 - trail_leaf.leaf_index)"
            " where leaf_index in (2, 3)"
        )
    assert {("event_altered", log[2].pk), ("event_altered", log[3].pk), ("root_differs", None)} == found(
        verifier.verify()
    )


def test_a_checkpoint_signed_by_another_key_is_found(log: list[Event]) -> None:
    thief = notes.Signer("hukou-earchive/other", bytes(32))
    with as_superuser() as sql:
        sql.execute("select root from trail_checkpoint where tree_size = 8")
        note = thief.sign(notes.checkpoint_text(thief.name, 8, bytes(sql.fetchone()[0])))
        sql.execute("update trail_checkpoint set note = %s where tree_size = 8", [note])
    assert found(verifier.verify()) == {("checkpoint_forged", None)}


def run(*options: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as exit_info:
        call_command("verify_trail", *options, stdout=out, stderr=StringIO())
    assert isinstance(exit_info.value.code, int)
    return exit_info.value.code, out.getvalue()


def test_the_command_says_held_with_status_0(log: list[Event]) -> None:
    status, text = run("--json")
    report = json.loads(text)
    assert status == 0
    assert (report["outcome"], report["events"], report["tree_size"], report["findings"]) == ("held", 8, 8, [])
    assert run()[0] == 0


def test_the_command_says_broken_with_status_1(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("delete from trail_event where id = %s", [log[3].pk])
    status, text = run("--json")
    assert status == 1
    assert json.loads(text)["findings"][0]["event_id"] == log[3].pk
    assert "event_removed" in run()[1]


def test_the_command_says_could_not_run_with_status_2(log: list[Event], data_dir: Path) -> None:
    notes.key_path(data_dir).unlink()
    status, text = run("--json")
    assert status == 2
    assert json.loads(text)["outcome"] == "error"


def test_several_processes_find_what_one_does(log: list[Event]) -> None:
    with as_superuser() as sql:
        sql.execute("update trail_event set officer_number = '999999' where id = %s", [log[2].pk])
    assert verifier.verify(jobs=2) == verifier.verify()


def test_a_range_of_many_blocks_and_many_checkpoints_is_cut_and_joined_rightly(
    log: list[Event], clerk: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "STEP", 512)
    for size in (1, 300, 7, 513):
        with trail.together():
            for case in range(size):
                trail.record(
                    "paper.laid", subject=f"cases.case:{100 + case}", by=clerk, details={"pages": 1, "at": case}
                )
        trail.sequence(patience=30)
        publication.publish()
    report = verifier.verify()
    assert (report.held, report.sequenced, report.checkpoints) == (True, 829, 6)
    assert all(verifier.verify(since=size).held for size in Checkpoint.objects.values_list("tree_size", flat=True))
    assert verifier.verify(jobs=2) == report


def test_the_next_verification_goes_on_from_the_one_that_held(log: list[Event], clerk: Officer) -> None:
    assert verifications.verify(since=0).held
    trail.sequence(patience=30)
    report = verifications.verify()
    assert (report.held, report.since, report.sequenced) == (True, 8, 1)  # the event that says so
    assert verifications.verify().events == 0
    assert list(Verification.objects.values_list("since", "tree_size")) == [(0, 8), (8, 9)]


def test_after_a_finding_everything_is_verified_again(log: list[Event]) -> None:
    verifications.verify()
    with as_superuser() as sql:
        sql.execute("update trail_event set officer_number = '999999' where id = %s", [log[2].pk])
    assert verifications.verify().held  # nothing is new: what is old is for the full one
    assert not verifications.verify(since=0).held
    assert verifications.known_broken()
    assert not verifications.verify().held


def test_what_is_new_is_numbered_after_what_is_old(log: list[Event], clerk: Officer) -> None:
    for _ in range(3):
        trail.record("paper.turned", subject="cases.case:1", by=clerk)
    trail.sequence(patience=30)
    assert verifier.verify(since=8).held
    with as_superuser() as sql:
        sql.execute("delete from trail_event where subject = 'cases.case:1' and subject_seq in (4, 6)")
    assert ("number_missing", None) in found(verifier.verify(since=8))


@pytest.mark.parametrize("spoiled", ["frontier", "note", "unwitnessed", "none"])
def test_nobody_goes_on_from_a_checkpoint_nobody_vouches_for(
    log: list[Event], clerk: Officer, settings: Any, spoiled: str
) -> None:
    if spoiled == "unwitnessed":
        settings.HUKOU_WITNESSES = f"{key_of('other')}@http://127.0.0.1:1"
    elif spoiled != "none":
        with as_superuser() as sql:
            sql.execute(
                "update trail_checkpoint set frontier = set_byte(frontier, 3, 0) where tree_size = 4"
                if spoiled == "frontier"
                else "update trail_checkpoint set note = '' where tree_size = 4"
            )
    with pytest.raises(verifier.CannotVerify):
        verifier.verify(since=5 if spoiled == "none" else 4)


def test_the_command_can_be_stopped(log: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ranges, "look", stopped)
    status, text = run("--full", "--json")
    assert (status, json.loads(text)["error"]) == (2, "stopped")


def test_the_command_takes_extent_and_jobs(log: list[Event]) -> None:
    assert json.loads(run("--since", "4", "--json")[1])["since"] == 4
    assert json.loads(run("--full", "--jobs", "2", "--json")[1])["since"] == 0
    assert run("--since", "5")[0] == 2


def test_of_very_many_findings_the_first_are_listed_and_the_others_counted(
    log: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "MOST", 3)
    with as_superuser() as sql:
        sql.execute("update trail_event set officer_number = '999999'")
    report = verifier.verify()
    assert (len(report.findings), report.unlisted) == (3, 5)
    assert "5" in run("--full")[1]
