"""Presses of a button at the same moment: what everybody is told, and what a case must look like afterwards.

Every press is a request of its own through the real views, from a machine, a session and a connection of its own.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from django.http import HttpResponse
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from viewflow.workflow.models import Task

from audit.outbox.models import Message
from audit.trail import queries as trail
from hukou.accounts.models import Officer
from hukou.console.refusals import HeldByOthers
from hukou.kernel.errors import DomainError
from workflows.approvals.models import CaseProcess, Decision, NoticeIssue
from workflows.cases.models import Case
from workflows.seals.models import SealApplication, SealedDocument

from .at_once import at_once


@dataclass(frozen=True)
class Press:
    """An officer presses a button."""

    by: Officer
    address: str
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """What the officer got to see."""

    by: Officer
    address: str
    typed: dict[str, str]
    status: int
    said: str
    """The sentence on the page about what went wrong; "" when it was done."""

    @classmethod
    def of(cls, press: Press, page: HttpResponse) -> Reply:
        """The reply that `page` is to a press."""
        return cls(press.by, press.address, press.typed, page.status_code, sentence(page.content.decode()))

    @property
    def done(self) -> bool:
        """True when the act was carried out: the page leads on to the next."""
        return self.status == 302


def pressed_at_once(*presses: Press, beside: Callable[[], object] | None = None) -> list[Reply]:
    """Everybody presses at the same moment, and `beside` them a worker does a job; the replies in the same order."""
    replies: dict[int, Reply] = {}

    def press(place: int, one: Press, browser: Client) -> None:
        replies[place] = Reply.of(one, browser.post(one.address, one.typed))

    browsers = [Client() for _ in presses]
    for browser, one in zip(browsers, presses, strict=True):
        browser.force_login(one.by)
    acts: list[Callable[[], object]] = [
        partial(press, *each) for each in zip(range(len(presses)), presses, browsers, strict=True)
    ]
    assert not any(at_once(*acts, *([beside] if beside else [])))
    return [replies[place] for place in range(len(presses))]


def sentence(page: str) -> str:
    """What a refused press shows: the red banner, or the page that stands for it."""
    found = re.search(r'role="alert">(.*?)</div>\s*</div>', page, re.S) or re.search(r"<h1>(.*?)<p class", page, re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", found[1]))).strip() if found else ""


def one_acted(replies: list[Reply], *because: type[DomainError]) -> Reply:
    """The one who acted; everybody else got 409 and, in plain Chinese, what happened and what to do now."""
    (winner,) = [reply for reply in replies if reply.done]
    told_409([reply for reply in replies if reply is not winner], *because)
    return winner


def told_409(losers: list[Reply], *because: type[DomainError]) -> None:
    """All of them got 409, with the words of one of these errors and what it advises.

    Who waited for the others longer than the database waits is told to try again, on a machine as busy as that.
    """
    for loser in losers:
        assert loser.status == 409, (loser.status, loser.said)
        assert not re.search(r"[A-Za-z]{2}", loser.said), loser.said
        assert any(_reads(loser.said, error) for error in (*because, HeldByOthers)), loser.said


def _reads(said: str, error: type[DomainError]) -> bool:
    happened = ".*".join(re.escape(part) for part in re.split(r"\{\w+\}", str(error.message)))
    return bool(re.search(happened, said)) and str(error.next_step) in said


def nothing_is_double(case: Case) -> None:
    """At the end: a seal for each sealed decision, a notice and a message for each decided case, nothing left open."""
    sealed = Decision.objects.filter(case=case, application__isnull=False).count()
    applications = SealApplication.objects.filter(document__case=case, level__gt=0)
    assert list(applications.values_list("state", flat=True)) == ["applied"] * sealed
    process = CaseProcess.objects.filter(case=case).first()
    assert process is None or not Task.objects.filter(process_id=process.pk, finished=None).exists()
    decided = case.status == Case.Status.FILED
    assert process is None or process.status == ("DONE" if decided else "CANCELED")
    told = Counter(entry.action for entry in trail.timeline(case.pk))
    assert told["seal.applied"] == sealed + decided
    assert {
        SealedDocument.objects.filter(case=case, kind=SealedDocument.Kind.NOTICE).count(),
        NoticeIssue.objects.filter(case=case).count(),
        Message.objects.filter(key=f"notice:{case.pk}").count(),
        told["notice.issued"],
        told["case.filed"],
    } == {int(decided)}


def can_go_on(case: Case) -> None:
    """Right after the race: one task is open that somebody may do, or the case is at its end; seals asked for once."""
    case = Case.objects.get(pk=case.pk)
    process = CaseProcess.objects.filter(case=case).first()
    tasks = Task.objects.filter(process_id=process.pk, finished=None).count() if process else 0
    assert tasks == int(process is not None and case.status != Case.Status.WITHDRAWN), case.status
    sealed = Decision.objects.filter(case=case, application__isnull=False)
    assert SealApplication.objects.filter(document__case=case, level__gt=0).count() == sealed.count()
    assert sealed.filter(voided_at=None).values("level").distinct().count() == sealed.filter(voided_at=None).count()


def no_job_is_double(case: Case) -> None:
    """While no worker runs: a job for each seal, and one for the notice of a decided case."""
    jobs = Counter(ProcrastinateJob.objects.filter(args__case_id=case.pk).values_list("task_name", flat=True))
    assert jobs["notice.issue"] == int(case.status == Case.Status.FILED)
    for application in SealApplication.objects.filter(document__case=case, level__gt=0):
        mine = ProcrastinateJob.objects.filter(task_name="seals.put_on", args__application_id=application.pk)
        assert mine.count() == 1
