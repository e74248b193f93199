"""A city made for measuring: rows that satisfy every rule, cases that can really be decided, nothing in the trail."""

from __future__ import annotations

import io
import json
import multiprocessing
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from audit.alerts import reconciling
from audit.alerts.types import Healed
from audit.trail.models import Event
from hukou.accounts import demo, policies
from hukou.accounts.models import Duty, Officer
from hukou.calendar import queries as calendar
from hukou.console.measuring import citizens, city
from hukou.console.measuring.city import City, is_for_measuring
from hukou.console.measuring.ledger import Batch
from hukou.kernel import clock, id_numbers, numbers
from hukou.registry.models import Person
from tests.support.stages import put_on_seals
from workflows.approvals import actions, enquiries
from workflows.approvals.models import Decision, Enquiry
from workflows.approvals.rules import Turn
from workflows.approvals.standing import Standing
from workflows.approvals.steps import STEPS
from workflows.approvals.under_way import look
from workflows.cases import budgets, folders, searching
from workflows.cases.models import Case, SearchEntry, StepClock
from workflows.figures import projection, recount
from workflows.figures.models import CaseFact
from workflows.seals.consent import Pin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
S = Case.Status
DAY, HUNG = timedelta(days=1), timedelta(days=30)


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path
    demo._secrets.cache_clear()


def seeded(cases: int, *words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("seed_load", "--cases", str(cases), "--json", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def officer_for(case: Case) -> Officer:
    if case.claimed_by is not None:
        return case.claimed_by
    step = STEPS[case.step]
    duties = Duty.objects.in_force(clock.today()).filter(office=case.awaiting_office, role=step.role)
    officers = [duty.officer for duty in duties.select_related("officer")]
    return next(one for one in officers if policies.allow(one, "case.decide", Turn(case, case.level)))


def answered(case: Case) -> None:
    asked = Standing(case).open_enquiry
    assert asked is not None
    duties = Duty.objects.in_force(clock.today()).filter(office=asked.office, role=case.awaiting_role)
    if asked.posted_on is not None:  # nothing against it can be said only when it has hung long enough
        Enquiry.objects.filter(pk=asked.pk).update(posted_on=asked.posted_on - HUNG, ends_on=clock.today() - DAY)
    enquiries.answer(
        case_id=case.pk,
        by=duties.select_related("officer").order_by("pk")[0].officer,
        seen=look(case),
        result="positive",
        words="情况属实",
        consent=Pin(demo.pin()),
    )
    case.refresh_from_db()
    assert case.status == (S.IN_REVIEW if case.level else S.ACCEPTED)


def rows_are_what_the_verbs_would_have_written() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select conrelid::regclass, pg_get_constraintdef(oid) from pg_constraint where contype = 'f'")
        for table, rule in cursor.fetchall():
            cursor.execute(f"alter table {table} add constraint once_more {rule}")  # looks at every row
            cursor.execute(f"alter table {table} drop constraint once_more")
        transaction.set_rollback(True)

    entries = {entry.case_id: entry for entry in SearchEntry.objects.all()}
    cases = list(Case.objects.with_context())
    working, sheets = calendar.working_time(), budgets.sheets_of(cases)
    for case in cases:
        entry, expected = entries[case.pk], searching.entry_of(case)
        assert (set(entry.words), entry.names, entry.secret) == (set(expected.words), expected.names, expected.secret)
        due = budgets.dues(case, sheets[case.pk], working)
        assert (case.due_at, case.step_due_at, case.step_soon_at) == (due.case, due.step, due.step_soon)
    clocks = StepClock.objects.filter(case__status=S.FILED)
    assert clocks.count() == Decision.objects.filter(case__status=S.FILED).count()
    assert not clocks.filter(ended_at=None).exists()
    assert Case.objects.filter(claimed_by__isnull=False).exists()

    assert CaseFact.objects.count() == Case.objects.exclude(status=S.DRAFT).count()
    assert projection.reconcile() == 0  # facts are those the projector makes
    assert recount.recount().differences == ()
    assert reconciling.reconcile() == Healed()  # every alert that should stand is armed, and no other


def test_a_seeded_city_is_whole_decidable_goes_on_and_leaves_no_trail(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seeded(600)["new"] == 600
    monkeypatch.setattr("hukou.console.management.commands.seed_load.MANY", 700)  # the rest by helpers
    before = list(Case.objects.order_by("pk").values_list("number", "status", "applicant__id_number"))
    told = seeded(700)
    assert (told["cases"], told["new"], Case.objects.count()) == (700, 100, 700)
    assert list(Case.objects.order_by("pk").values_list("number", "status", "applicant__id_number")[:600]) == before
    rows_are_what_the_verbs_would_have_written()

    cases = Case.objects.with_context()
    assert not cases.exclude(is_for_measuring()).exists()
    assert set(cases.values_list("status", flat=True)) == set(S)
    assert not Event.objects.filter(case_id__isnull=False).exists()
    for case in cases.exclude(number=None):
        read = numbers.read_case_number(case.number or "")
        assert read is not None
        assert read.unit.startswith(numbers.MEASURING)
    for number in Person.objects.values_list("id_number", flat=True):
        id_numbers.parse(number or "")

    for case in cases.filter(status__in=(S.IN_REVIEW, S.RETURNED, S.APPROVED)):
        digest = folders.content_digest(case)
        assert {decision.content_digest for decision in case.decisions.all()} == {digest}
        assert not folders.of(case).missing_of("acceptance", "investigation")

    for case in cases.filter(status=S.SUSPENDED):
        answered(case)

    waiting = cases.filter(status=S.IN_REVIEW)
    for level in sorted(set(waiting.values_list("level", flat=True))):
        case = waiting.filter(level=level).order_by("pk")[0]
        actions.decide(
            case_id=case.pk,
            level=level,
            outcome="approve",
            by=officer_for(case),
            seen=look(case),
            consent=Pin(demo.pin()),
        )
        case = put_on_seals(case)
        assert case.status == (S.APPROVED if level == len(case.chain) else S.IN_REVIEW)
        assert Decision.objects.get(case=case, level=level).application is not None

    returned = cases.filter(status=S.RETURNED).order_by("pk")[0]
    clerk = returned.accepted_by
    assert clerk is not None
    actions.hand_up(case_id=returned.pk, by=clerk, consent=Pin(demo.pin()), seen=look(returned))
    returned.refresh_from_db()
    assert (returned.status, returned.awaiting_office is not None) == (S.IN_REVIEW, True)


def test_a_database_with_real_cases_is_left_alone_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """By an account that may not spare the database its looking, which fills a city all the same."""
    monkeypatch.setattr("hukou.console.measuring.city.trusted", lambda: False)
    assert seeded(200)["cases"] == 200
    with connection.cursor() as cursor:  # as if it were a real one
        cursor.execute("update cases_case set number = '4299' || substr(number, 5)")
        cursor.execute("update capture_capturesession set reason = ''")
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("seed_load", "--cases", "205", "--json", stdout=out)
    assert (ended.value.code, json.loads(out.getvalue())["error"]) == (2, "real_cases")
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("seed_load", "--cases", "205", stderr=said)
    assert "--into-existing" in said.getvalue()
    assert seeded(205, "--into-existing")["cases"] == 205


def test_an_interrupted_run_keeps_its_batches_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hukou.console.measuring.city.BATCH", 20)
    seeded(20)

    def stop(done: int, total: int) -> None:
        if done >= 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        City(1).fill(200, stop)
    there = Case.objects.count()
    assert there in range(60, 60 + city.WAITING * 20 + 1, 20)  # whole batches, those too that waited to be written
    assert seeded(140)["new"] == 140 - there
    assert not projection.forgotten().exists()
    assert recount.recount().differences == ()

    with monkeypatch.context() as killed:
        killed.setattr(City, "_count", lambda city: None)
        seeded(150)
    assert projection.forgotten().exists()
    assert seeded(10, "--seed", "2")["cases"] == 10
    assert not projection.forgotten().exists()
    assert recount.recount().differences == ()
    assert Person.objects.values("id_number").distinct().count() == Person.objects.count()


def test_no_two_citizens_share_a_number() -> None:
    sample = [citizens.citizen(place, Random(place)).id_number for place in range(20_000)]
    assert len(set(sample)) == len(sample)
    assert all(id_numbers.parse(number).sex in "12" for number in sample[:200])


def test_a_helper_that_is_killed_is_told_and_what_was_made_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hukou.console.management.commands.seed_load.MANY", 1)
    monkeypatch.setattr("hukou.console.measuring.city.BATCH", 10)
    write = City._write

    def written(city: City, batch: Batch) -> int:
        helper = multiprocessing.active_children()[0]
        helper.kill()
        helper.join()
        return write(city, batch)

    monkeypatch.setattr(City, "_write", written)
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("seed_load", "--cases", "500", "--json", stdout=out)
    assert (ended.value.code, json.loads(out.getvalue())["error"]) == (2, "helper_gone")
    assert 0 < Case.objects.count() < 500
    assert not projection.forgotten().exists()


def test_where_no_helper_can_begin_the_city_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hukou.console.management.commands.seed_load.MANY", 1)
    monkeypatch.setattr("hukou.console.measuring.helping._begin", sys.exit)  # with a word, and not 0
    assert seeded(5)["cases"] == 5
