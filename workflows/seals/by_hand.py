"""Seals that are signed and not on: why, and putting one on now, in the request of whoever waits for it."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock
from hukou.kernel.errors import DomainError, NotFound

from . import actions
from .errors import SealError, SealStuck
from .models import SealApplication
from .rules import FINISHERS

State = SealApplication.State
USUAL = timedelta(minutes=1)
"""How long putting a seal on may take before anybody is told of it."""
GIVEN_UP = timedelta(minutes=40)
"""After this the job of a seal has made its ten attempts."""


def attempt(application_id: int) -> SealApplication:
    """Put a seal on; what goes wrong is noted where the desk sees it, and raised."""
    try:
        return actions.apply_seal(application_id)
    except (DomainError, OSError) as error:
        actions.note_failure(application_id, getattr(error, "code", type(error).__name__))
        raise


def attempt_all() -> int:
    """Try every seal again that its job has given up or still waits for; answers how many are on now."""
    waiting = SealApplication.objects.exclude(state=State.APPLIED).filter(signed_at__lt=clock.now() - GIVEN_UP)
    done = 0
    for pk in waiting.values_list("pk", flat=True):
        with suppress(DomainError, OSError):  # noted; the next is another matter
            attempt(pk)
            done += 1
    return done


@trail.records_refusal(
    "seal.finish",
    subject="seals.sealapplication",
    key="application_id",
    label=gettext_lazy("Finishing a seal by hand was refused"),
)
def finish(*, application_id: int, case_id: int, by: Officer) -> SealApplication:
    """Try again now and wait for it. Harmless when the seal is on already.

    Raises NotFound, NotPermitted, SealStuck with the reason.
    """
    waiting = SealApplication.objects.select_related("seal__office__parent__parent", "seal__post__parent__parent")
    application = waiting.filter(pk=application_id, document__case_id=case_id).first()
    if application is None:
        raise NotFound
    policies.require(by, "seal.finish", application.seal.home)
    try:
        done = attempt(application_id)
    except (DomainError, OSError) as error:
        raise SealStuck(reason=words_of(getattr(error, "code", type(error).__name__))) from error
    trail.record("seal.finished_by_hand", subject=done, by=by, details={"level": done.level})
    return done


def stuck_for(officer: Officer, most: int) -> list[SealApplication]:
    """Seals that failed or take too long, of the offices where this officer may finish them; the oldest first."""
    offices = [duty.office_id for duty in policies.duties_of(officer) if duty.role in FINISHERS]
    if not offices:
        return []
    mine = Q(pk__in=[])
    for holder in ("seal__office", "seal__post"):
        for way in (holder, f"{holder}__parent", f"{holder}__parent__parent"):
            mine |= Q(**{f"{way}__in": offices})
    late = Q(state=State.FAILED) | Q(signed_at__lt=clock.now() - USUAL)
    found = SealApplication.objects.exclude(state=State.APPLIED).filter(mine & late)
    return list(found.select_related("document__case__subtype__catalogue", "document__case__applicant", "seal")[:most])


def words_of(failure: str) -> str:
    """Why a seal is not on, for people; `failure` is the code that was noted."""
    if not failure:
        return _("it is still waiting for its turn")
    kinds: list[type[DomainError]] = [SealError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
        if kind.code == failure and "{" not in str(kind.message):
            return str(kind.message)
    return _("the file or the key could not be read or written [{code}]").format(code=failure)
