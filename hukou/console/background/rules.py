"""Who looks at background jobs, who has them tried again, and for which reasons."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Office, Officer
from hukou.accounts.policies import YES, Ruling, no

from . import words

RETRIERS = frozenset({Duty.Role.SYSTEM_ADMIN, Duty.Role.CITY_OFFICER})
VIEWERS = RETRIERS | {Duty.Role.OVERSEER}


class Reason(models.TextChoices):
    """Why a job is tried again. A few codes, so that the trail can keep them as they are."""

    MENDED = "mended", _("what was in its way is mended")
    BACK = "back", _("a service it needs is there again")
    ASKED = "asked", _("the office concerned asked for it")
    LOOK = "look", _("to see whether it still fails")


def may_view(by: Officer, duties: list[Duty], _subject: Any) -> Ruling:
    """Who runs the system, and the hukou officers and overseers of the city bureau, who are told of what failed."""
    if any(duty.role in VIEWERS and duty.office.level == Office.Level.CITY for duty in duties):
        return YES
    return no(_("background jobs are for who runs the system and for the city bureau"))


def may_retry(by: Officer, duties: list[Duty], _subject: Any) -> Ruling:
    """Sworn system administrators and hukou officers of the city bureau. Oversight looks; it sets nothing going."""
    if by.kind != Officer.Kind.OFFICER:
        return no(_("only sworn officers have background jobs tried again"))
    if any(duty.role in RETRIERS and duty.office.level == Office.Level.CITY for duty in duties):
        return YES
    return no(_("background jobs are tried again by system administrators and the city's hukou officers"))


def register() -> None:
    """Called once at start-up."""
    policies.register("job.view", may_view)
    policies.register("job.retry", may_retry)
    trail.register_action("job.retried", _("Background job tried again"), _why)
    trail.register_action("job.superseded", _("Failed background jobs taken off, another run does their work"), _why)


def _why(details: Any) -> str:
    """A trail line: the work, how many, and the reason."""
    reason = str(dict(Reason.choices).get(details["reason"], details["reason"]))
    count = [str(details["count"])] if "count" in details else []
    return " · ".join([str(words.of(details["task"]).does), *count, reason])
