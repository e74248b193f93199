"""Witnesses: what they sign once they never sign otherwise, whoever asks and with whatever key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from audit.trail import actions as trail
from audit.trail import notes, proofs, publication, witnesses
from audit.trail.models import Checkpoint, Cosignature, Leaf
from audit.verify import Key, verify_log
from audit.witness import Refused, Witness, server
from hukou.accounts.models import Officer
from tests.support import append_only
from tests.support.tampering import attack

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Second:
    """The second machine: a witness that listens."""

    witness: Witness
    site: ThreadingHTTPServer
    state: Path

    @property
    def setting(self) -> str:
        """As HUKOU_WITNESSES names it."""
        return f"{self.witness}@http://127.0.0.1:{self.site.server_address[1]}"


@pytest.fixture
def second(data_dir: Path, tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[Second]:
    state = tmp_path_factory.mktemp("witness")
    witness = Witness(state, [Key.parse(str(notes.log_signer(data_dir).verifier))])
    site = server(witness, "127.0.0.1", 0)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    one = Second(witness, site, state)
    settings.HUKOU_WITNESSES = one.setting
    yield one
    site.shutdown()
    thread.join()
    site.server_close()


def grow(clerk: Officer, times: int = 3) -> int:
    for _ in range(times):
        trail.record("paper.laid", subject="cases.case:1", by=clerk, details={"pages": 1})
    trail.sequence(patience=30)
    return publication.publish()


def test_each_new_head_is_signed_and_the_files_carry_the_signature(
    clerk: Officer, second: Second, data_dir: Path
) -> None:
    for size in (3, 6, 9):
        assert grow(clerk) == size
        assert witnesses.show_newest() == []
    assert list(Cosignature.objects.values_list("tree_size", flat=True)) == [3, 6, 9]
    key, watched = (Key.parse(str(each)) for each in (notes.log_signer(data_dir).verifier, second.witness))
    report = verify_log(publication.folder(), key, [watched])
    assert report.held
    assert list(report.witnesses) == [watched.name]
    assert witnesses.show_newest() == []  # nothing new: nobody is asked


@attack(
    "rewrites database and published files, and signs with the stolen key of the log",
    found_by="the witness, who refuses",
)
def test_a_rewritten_log_is_not_signed_even_under_the_stolen_key(clerk: Officer, second: Second) -> None:
    grow(clerk)
    witnesses.show_newest()
    with append_only.as_superuser() as cursor:  # who also holds the log's key
        cursor.execute(
            "update trail_event set leaf = replace(convert_from(leaf, 'utf8'), 'paper.laid', 'paper.lost')::bytea"
        )
        cursor.execute(
            "update trail_leaf l set hash = sha256('\\x00'::bytea || e.leaf) from trail_event e where e.id = l.event_id"
        )
        cursor.execute("delete from trail_checkpoint")
    forge()
    grow(clerk)
    [wrong] = witnesses.show_newest()
    assert "consistency proof does not verify" in wrong
    assert Cosignature.objects.count() == 1
    assert len(list(second.state.glob("evidence-*"))) == 1


def forge() -> None:
    """The forger puts out files of the new history, too."""
    for path in publication.folder().rglob("*"):
        if path.is_file():
            path.unlink()


@attack("puts an old backup back, database and published files", found_by="the witness, who has seen more")
def test_a_log_cut_short_is_told_from_one_that_is_only_slow(clerk: Officer, second: Second) -> None:
    grow(clerk, 5)
    witnesses.show_newest()
    with append_only.as_superuser() as cursor:
        cursor.execute(
            "delete from trail_checkpoint; delete from trail_cosignature; delete from trail_leaf where leaf_index >= 2"
        )
        cursor.execute("delete from trail_event where subject_seq > 2")
    forge()
    trail.sequence(patience=30)
    assert publication.publish() == 2
    [wrong] = witnesses.show_newest()
    assert "it has seen 5 entries, there are 2" in wrong


def test_an_answer_that_was_lost_is_asked_for_again(clerk: Officer, second: Second) -> None:
    grow(clerk)
    witnesses.show_newest()
    with append_only.as_superuser() as cursor:
        cursor.execute("delete from trail_cosignature")
    assert witnesses.show_newest() == []
    grow(clerk)
    assert witnesses.show_newest() == []
    assert Cosignature.objects.filter(tree_size=6).exists()


def test_a_witness_that_is_down_or_lies_holds_nothing_up(clerk: Officer, second: Second, settings: Any) -> None:
    impostor = Witness(second.state / "impostor", [])
    url = second.setting.partition("@")[2]
    settings.HUKOU_WITNESSES = f"{second.setting}, {impostor}@{url}, {second.witness}@http://127.0.0.1:1"
    assert grow(clerk) == 3
    wrong = witnesses.show_newest()
    assert [each.rpartition(": ")[2] for each in wrong] == ["its answer is not its signature"]
    assert Cosignature.objects.count() == 1
    grow(clerk)
    second.site.shutdown()
    second.site.server_close()
    assert all("cannot be reached" in each for each in witnesses.show_newest())


def test_the_witness_judges_requests_as_the_protocol_says(clerk: Officer, second: Second, data_dir: Path) -> None:
    grow(clerk)
    first = Checkpoint.objects.last()
    assert first is not None
    grow(clerk)
    newest = Checkpoint.objects.last()
    assert newest is not None
    strange = notes.Signer("strange", bytes(32))
    forged = notes.Signer(notes.log_signer(data_dir).name, bytes(32))
    refused = {
        "": 400,
        "old x\n\n" + newest.note: 400,
        "old 7\n\n" + newest.note: 400,
        "old 0\nQUJD\n\n" + newest.note: 400,
        "old 0\n\n" + strange.sign(notes.checkpoint_text("strange", 1, bytes(32))): 404,
        "old 0\n\n" + forged.sign(notes.checkpoint_text(forged.name, 1, bytes(32))): 403,
        "old 3\n\n" + newest.note: 409,
    }
    for request, status in refused.items():
        with pytest.raises(Refused) as told:
            second.witness.add_checkpoint(request)
        assert told.value.status == status, request
    assert second.witness.add_checkpoint("old 0\n\n" + first.note).startswith("— hukou-witness-")
    with pytest.raises(Refused) as told:
        second.witness.add_checkpoint("old 3\n\n" + newest.note)
    assert told.value.status == 422
    steps = proofs.consistency(publication.tiles(), 3, 6)
    request = witnesses._request(newest, 3).decode()
    assert request.count("\n\n") == 2
    assert len(steps) == request.partition("\n\n")[0].count("\n")
    assert second.witness.add_checkpoint(request)


def test_a_witness_started_anew_remembers(clerk: Officer, second: Second) -> None:
    grow(clerk)
    witnesses.show_newest()
    again = Witness(second.state, list(second.witness.logs.values()))
    assert str(again) == str(second.witness)
    with pytest.raises(Refused, match="3"):
        again.add_checkpoint("old 0\n\n" + Checkpoint.objects.get().note)


def test_the_command_says_who_signed_what(clerk: Officer, second: Second, capsys: pytest.CaptureFixture[str]) -> None:
    grow(clerk)
    for act, status in (("list", 1), ("ask", 0), ("list", 0)):
        with pytest.raises(SystemExit) as ended:
            call_command("witness", act)
        assert ended.value.code == status
    assert second.witness.key.name in capsys.readouterr().out
    assert Leaf.objects.count() == 3


def test_settings_that_cannot_be_read_are_said(
    settings: Any, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HUKOU_WITNESSES = "nonsense"
    with pytest.raises(SystemExit) as ended:
        call_command("witness", "list")
    assert ended.value.code == 2
    assert "nonsense" in capsys.readouterr().err
