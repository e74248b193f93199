"""Many papers of one officer: nothing is signed that was not shown, nothing twice, and one bad paper stops no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from django.db import transaction

from audit.trail.models import Event
from hukou.kernel import clock
from hukou.kernel.errors import Conflict, NotFound, NotPermitted
from tests.support.certificates import certificate
from workflows.seals import register, sealers, storage, verify
from workflows.seals.bulk import actions, closing, queries, signing
from workflows.seals.bulk.errors import BatchBusy, BulkForbidden, NothingShown, NotShown, PaperUnfit
from workflows.seals.bulk.models import Batch, BatchItem
from workflows.seals.errors import PinLocked, StampUnavailable, TokenRemoved, WrongPin
from workflows.seals.types import Outcome

from .conftest import PIN, Bureau

State = BatchItem.State


@pytest.fixture
def officer(bureau: Bureau) -> Any:
    return bureau.officers[0]


@pytest.fixture
def batch(officer: Any) -> Batch:
    """Five papers nobody has looked at."""
    made = actions.make(by=officer, title="户籍证明")
    for number in range(1, 6):
        actions.bring(batch_id=made.pk, by=officer, name=f"{number}.pdf", pdf=certificate(number))
    return made


def show(batch: Batch, *positions: int) -> None:
    for position in positions:
        item = queries.item_at(batch, position)
        for page in range(1, item.pages + 1):
            actions.deliver(queries.item_at(batch, position), page)
        actions.note_shown(batch_id=batch.pk, position=position, by=batch.officer, sha256=item.sha256)


def begin(batch: Batch) -> tuple[Batch, Any, Any]:
    """Open the key as the page does; the thread is left out, the test signs itself."""
    begun = actions.begin(batch_id=batch.pk, by=batch.officer, pin=PIN)
    seal = register.personal_seal_of(batch.officer)
    return begun, seal, sealers.of_officer(seal, pin=PIN)


def run(batch: Batch) -> int:
    begun, seal, sealer = begin(batch)
    return signing.sign_all(batch.pk, begun.run, seal, sealer)


def states(batch: Batch) -> list[str]:
    return list(batch.items.order_by("position").values_list("state", flat=True))


def test_only_what_was_shown_is_signed_and_what_is_signed_verifies(batch: Batch) -> None:
    show(batch, 1, 3)
    assert run(batch) == 2
    assert states(batch) == ["signed", "waiting", "signed", "waiting", "waiting"]
    sealed = storage.read(queries.item_at(batch, 3).result_sha256)
    report = verify.report(sealed)
    assert report.outcome == Outcome.PASSED
    assert batch.officer.number in report.seals[0].signer
    assert sealed.startswith(certificate(3))


def test_nothing_may_follow_the_seal_of_a_paper(batch: Batch) -> None:
    show(batch, 1)
    run(batch)
    with pikepdf.open(storage.path_of(queries.item_at(batch, 1).result_sha256)) as pdf:
        assert pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_a_paper_whose_pages_were_not_all_sent_is_not_shown(officer: Any) -> None:
    batch = actions.make(by=officer, title="两页")
    item = actions.bring(batch_id=batch.pk, by=officer, name="a.pdf", pdf=certificate(1, pages=2))
    actions.deliver(item, 1)
    with pytest.raises(NotShown):
        actions.note_shown(batch_id=batch.pk, position=1, by=officer, sha256=item.sha256)
    actions.deliver(item, 2)
    with pytest.raises(NotShown):
        actions.note_shown(batch_id=batch.pk, position=1, by=officer, sha256="0" * 64)
    assert actions.note_shown(batch_id=batch.pk, position=1, by=officer, sha256=item.sha256).state == State.SHOWN


def test_the_database_itself_refuses_a_signed_paper_that_was_never_shown(batch: Batch) -> None:
    with pytest.raises(Exception, match="only_what_was_shown_is_signed"), transaction.atomic():
        batch.items.filter(position=1).update(state=State.SHOWN)


def test_what_is_put_aside_is_not_signed_and_is_looked_at_anew_when_taken_back(batch: Batch) -> None:
    show(batch, 1, 2)
    actions.put_aside(batch_id=batch.pk, position=2, by=batch.officer)
    run(batch)
    assert states(batch)[:2] == ["signed", "aside"]
    back = actions.put_aside(batch_id=batch.pk, position=2, by=batch.officer)
    assert (back.state, back.delivered) == (State.WAITING, 0)
    with pytest.raises(Conflict):
        actions.put_aside(batch_id=batch.pk, position=1, by=batch.officer)


def test_a_damaged_paper_is_listed_and_stops_no_other(batch: Batch) -> None:
    show(batch, 1, 2, 3)
    path = storage.path_of(queries.item_at(batch, 2).sha256)
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"?")
    assert run(batch) == 2
    assert [(item.position, item.failure) for item in queries.items_of(batch, state="failed")] == [
        (2, "stored_file_damaged")
    ]
    path.write_bytes(kept)
    assert run(batch) == 1
    assert states(batch)[:3] == ["signed"] * 3


def test_a_pause_ends_the_run_and_going_on_asks_the_pin_again(batch: Batch, monkeypatch: Any) -> None:
    monkeypatch.setattr(signing, "CHUNK", 2)
    show(batch, 1, 2, 3, 4, 5)
    begun, seal, sealer = begin(batch)
    look = signing.appearance(seal)
    assert signing.sign_chunk(batch.pk, begun.run, seal, sealer, look) == 2
    with pytest.raises(BatchBusy):
        actions.begin(batch_id=batch.pk, by=batch.officer, pin=PIN)
    paused = actions.pause(batch_id=batch.pk, by=batch.officer)
    assert paused.stopped_by == "paused"
    assert signing.sign_chunk(batch.pk, begun.run, seal, sealer, look) is None
    with pytest.raises(WrongPin):
        actions.begin(batch_id=batch.pk, by=batch.officer, pin="000000")
    assert run(batch) == 3
    assert states(batch) == ["signed"] * 5


def test_killed_in_the_middle_it_goes_on_and_signs_nothing_twice(batch: Batch, monkeypatch: Any) -> None:
    monkeypatch.setattr(signing, "CHUNK", 2)
    show(batch, 1, 2, 3, 4, 5)
    begun, seal, sealer = begin(batch)
    look = signing.appearance(seal)
    signing.sign_chunk(batch.pk, begun.run, seal, sealer, look)
    first = list(batch.items.filter(state=State.SIGNED).values_list("position", "result_sha256"))
    monkeypatch.setattr(BatchItem.objects, "bulk_update", _die)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        signing.sign_chunk(batch.pk, begun.run, seal, sealer, look)
    monkeypatch.undo()
    batch.refresh_from_db()
    with clock.frozen(clock.now() + queries.STALE):
        assert queries.interrupted(batch)
        assert run(batch) == 3
    assert list(batch.items.filter(state=State.SIGNED).values_list("position", "result_sha256"))[:2] == first
    signed = Event.objects.filter(action="batch.signed").values_list("subject", flat=True)
    assert len(signed) == len(set(signed)) == 5


def _die(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt


def test_the_window_closes_by_itself(batch: Batch, settings: Any) -> None:
    show(batch, 1)
    begun, seal, sealer = begin(batch)
    with clock.frozen(clock.now() + timedelta(minutes=settings.HUKOU_BATCH_MINUTES, seconds=1)):
        assert signing.sign_all(batch.pk, begun.run, seal, sealer) == 0
    batch.refresh_from_db()
    assert (batch.run, batch.stopped_by) == ("", "window_closed")
    assert states(batch)[0] == State.SHOWN


def test_where_policy_allows_no_window_nothing_begins(batch: Batch, settings: Any) -> None:
    settings.HUKOU_BATCH_MINUTES = 0
    show(batch, 1)
    with pytest.raises(BulkForbidden):
        actions.begin(batch_id=batch.pk, by=batch.officer, pin=PIN)


def test_without_a_shown_paper_nothing_begins(batch: Batch) -> None:
    with pytest.raises(NothingShown):
        actions.begin(batch_id=batch.pk, by=batch.officer, pin=PIN)


def test_a_seal_stopped_in_the_middle_stops_the_run(batch: Batch) -> None:
    show(batch, 1)
    begun, seal, sealer = begin(batch)
    seal.stopped_at, seal.stop_reason = clock.now(), "superseded"
    seal.save(update_fields=["stopped_at", "stop_reason"])
    assert signing.sign_all(batch.pk, begun.run, seal, sealer) == 0
    batch.refresh_from_db()
    assert batch.stopped_by == "no_seal"


class PulledOut:
    """A token that is pulled out after its first signature."""

    def __init__(self, sealer: Any) -> None:
        self.certificate, self.issuers, self.suite = sealer.certificate, sealer.issuers, sealer.suite
        self._sealer, self._left = sealer, 1

    def sign(self, attributes: bytes) -> bytes:
        if not self._left:
            raise TokenRemoved
        self._left -= 1
        return bytes(self._sealer.sign(attributes))


def test_a_token_pulled_out_ends_the_run_and_fails_no_paper(batch: Batch) -> None:
    show(batch, 1, 2, 3)
    begun, seal, sealer = begin(batch)
    assert signing.sign_all(batch.pk, begun.run, seal, PulledOut(sealer)) == 1
    batch.refresh_from_db()
    assert batch.stopped_by == TokenRemoved.code
    assert states(batch)[:3] == ["signed", "shown", "shown"]
    assert run(batch) == 2


def test_wrong_pins_are_counted_until_the_seal_locks_itself(batch: Batch, settings: Any) -> None:
    show(batch, 1)
    for _ in range(settings.HUKOU_PIN_TRIES):
        with pytest.raises(WrongPin):
            actions.begin(batch_id=batch.pk, by=batch.officer, pin="000000")
    with pytest.raises(PinLocked):
        actions.begin(batch_id=batch.pk, by=batch.officer, pin=PIN)


def test_a_batch_is_its_officers_alone(batch: Batch, bureau: Bureau) -> None:
    other = bureau.officers[1]
    with pytest.raises(NotFound):
        actions.begin(batch_id=batch.pk, by=other, pin=PIN)
    with pytest.raises(NotFound):
        queries.batch_of(other, batch.pk)
    assert queries.batches_of(other) == []
    other.kind = "auxiliary"
    with pytest.raises(NotPermitted):
        actions.make(by=other, title="x")


def test_the_same_paper_brought_again_is_the_same_paper(batch: Batch) -> None:
    again = actions.bring(batch_id=batch.pk, by=batch.officer, name="again.pdf", pdf=certificate(2))
    assert again.position == 2
    assert queries.tally(batch).total == 5


def test_a_folder_is_brought_by_command_for_the_officer_to_look_through(
    officer: Any, tmp_path: Path, capsys: Any
) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.pdf").write_bytes(certificate(number))
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(SystemExit) as ended:
        call_command("seals_batch", str(tmp_path), "--officer", officer.number, "--title", "证明", "--json")
    said = json.loads(capsys.readouterr().out)
    assert (ended.value.code, said["brought"], [one["name"] for one in said["refused"]]) == (1, 2, ["bad.pdf"])
    assert queries.tally(Batch.objects.get(pk=said["batch"])) == queries.Tally(waiting=2)
    for wrong in (["--officer", "none"], ["--officer", officer.number]):
        folder = str(tmp_path) if wrong[1] == "none" else str(tmp_path / "empty")
        with pytest.raises(SystemExit) as could_not:
            call_command("seals_batch", folder, *wrong, "--title", "x")
        assert could_not.value.code == 2


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.beep()"))


def _layers(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OCProperties = pikepdf.Dictionary()


def _form(pdf: pikepdf.Pdf) -> None:
    field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("a")))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))


@pytest.mark.parametrize("spoil", [_script, _layers, _form])
def test_a_paper_that_may_look_different_elsewhere_is_refused(
    batch: Batch, spoil: Callable[[pikepdf.Pdf], None]
) -> None:
    with pytest.raises(PaperUnfit):
        actions.bring(batch_id=batch.pk, by=batch.officer, name="a.pdf", pdf=certificate(9, spoil=spoil))


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.7", b"\x00" * 999])
def test_what_is_no_pdf_is_refused(batch: Batch, rubbish: bytes) -> None:
    with pytest.raises(PaperUnfit):
        actions.bring(batch_id=batch.pk, by=batch.officer, name="a.pdf", pdf=rubbish)


def test_a_sealed_paper_is_not_brought_for_another_seal(batch: Batch) -> None:
    show(batch, 1)
    run(batch)
    sealed = storage.read(queries.item_at(batch, 1).result_sha256)
    with pytest.raises(PaperUnfit):
        actions.bring(batch_id=batch.pk, by=batch.officer, name="a.pdf", pdf=sealed)


def test_sealed_papers_are_stamped_by_a_job_and_hold_when_the_certificate_has_run_out(batch: Batch) -> None:
    show(batch, 1, 2)
    assert run(batch) == 2
    [first, _second] = queries.items_of(batch, state="signed")
    unstamped = storage.read(first.result_sha256)
    assert closing.run() == (2, 0)
    item = queries.item_at(batch, 1)
    stamped, known = storage.read(item.closed_sha256), queries.expected_of(item)
    assert stamped.startswith(unstamped)
    assert queries.by_result(item.closed_sha256) == queries.by_result(item.result_sha256) == item
    with clock.frozen(clock.now() + timedelta(days=4 * 365)):
        assert verify.report(stamped, known).outcome == Outcome.PASSED
        assert verify.report(unstamped, replace(known, sha256="")).outcome == Outcome.INDETERMINATE
    assert closing.run() == (0, 0)
    assert item.stamped_until is not None
    with clock.frozen(item.stamped_until - timedelta(days=30)):
        assert closing.run() == (2, 0)
        assert len(storage.read(queries.item_at(batch, 1).closed_sha256)) > len(stamped)


def test_a_sealed_paper_that_was_damaged_is_never_stamped(batch: Batch) -> None:
    show(batch, 1, 2)
    run(batch)
    first = queries.items_of(batch, state="signed")[0]
    storage.path_of(first.result_sha256).write_bytes(b"rubbish")
    assert closing.run() == (1, 1)
    assert queries.item_at(batch, first.position).closed_sha256 == ""


def test_papers_wait_for_a_time_stamping_service(batch: Batch, monkeypatch: Any) -> None:
    def down(*_asked: object, **_said: object) -> None:
        raise StampUnavailable(reasons="down")

    show(batch, 1, 2)
    run(batch)
    with monkeypatch.context() as patch:
        patch.setattr(closing.embedding, "close", down)
        assert closing.run() == (0, 1)
    assert closing.run() == (2, 0)
