"""Sign-ins, catalogue and calendar changes told to the trail: the ground floor cannot know the trail, the roof can."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from audit.trail import context, persons
from hukou.accounts.models import Officer
from hukou.accounts.signals import signed_in_refused
from hukou.calendar.models import DayRule, YearVersion
from hukou.calendar.signals import edited
from hukou.catalogue.models import CatalogueVersion
from hukou.catalogue.signals import loaded
from hukou.kernel import clock

MOST_SESSIONS = 500
"""Ended sessions put on record in one transaction."""


def register() -> None:
    """Called once at start-up."""
    trail.register_action("officer.signed_in", _("Signed in"))
    trail.register_action("officer.signed_out", _("Signed out"))
    trail.register_action("officer.sign_in_failed", _("Sign-in failed"), kind=trail.Kind.REFUSAL)
    trail.register_action("officer.locked_out", _("Number locked after failed sign-ins"), kind=trail.Kind.REFUSAL)
    trail.register_action("officer.session_ended", _("Session ended by time"), kind=trail.Kind.SYSTEM)
    trail.register_action("catalogue.loaded", _("Catalogue put in force"))
    trail.register_action("calendar.edited", _("Working calendar changed"), _("{year}, version {version}"))


@receiver(user_logged_in, dispatch_uid="presence")
def _signed_in(sender: object, request: HttpRequest, user: Officer, **_more: Any) -> None:
    # The session has its key since a moment ago; what was bound when the request came in is the one before it.
    with trail.bind(workstation=context.current().workstation, session_key=request.session.session_key):
        trail.record("officer.signed_in", subject=user, by=user)


@receiver(user_logged_out, dispatch_uid="presence")
def _signed_out(sender: object, user: Officer | None, **_more: Any) -> None:
    if user is not None:
        trail.record("officer.signed_out", subject=user, by=user)


@receiver(signed_in_refused, dispatch_uid="presence")
def _refused(sender: object, officer: Officer | None, number: str, code: str, locks: bool, **_more: Any) -> None:
    # Who types a password into the field of the number must not find it in the trail: a digest of what nobody is called.
    subject: Officer | str = officer or "accounts.officer:unknown"
    tried = {"number": officer.number} if officer else {"tried": persons.digest_of_words(number)}
    trail.record("officer.sign_in_failed", subject=subject, by=None, details={"code": code, **tried})
    if locks:
        trail.record("officer.locked_out", subject=subject, by=None, details=tried)


def end_idle_sessions() -> int:
    """Put on record the sessions that ended by time (GB/T 22239-2019 8.1.4.1 b), and forget them. How many there were."""
    ended = 0
    with transaction.atomic():
        over = Session.objects.select_for_update(skip_locked=True).filter(expire_date__lt=clock.now())
        rows = list(over.order_by("expire_date")[:MOST_SESSIONS])
        with trail.together():
            for row in rows:
                officer = row.get_decoded().get(SESSION_KEY)
                if officer is not None:
                    ended += 1
                    details = {"session": context.session_digest(row.session_key), "at": row.expire_date.isoformat()}
                    trail.record(
                        "officer.session_ended", subject=f"accounts.officer:{officer}", by=None, details=details
                    )
        Session.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return ended


@receiver(loaded, dispatch_uid="presence")
def _loaded(sender: object, version: CatalogueVersion, by: Officer | None, **_more: Any) -> None:
    details = {"version": version.version, "sha256": version.sha256}
    trail.record("catalogue.loaded", subject=version, by=by, details=details)


@receiver(edited, dispatch_uid="presence")
def _edited(sender: object, version: YearVersion, days: list[DayRule], **_more: Any) -> None:
    details: dict[str, Any] = {"year": version.year, "version": version.version, "complete": version.complete}
    for kind in DayRule.Kind.values:
        details[kind] = [rule.day.isoformat() for rule in days if rule.kind == kind]
    trail.record("calendar.edited", subject=version, by=version.made_by, details=details)
