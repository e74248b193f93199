"""Sign-ins, catalogue and calendar changes told to the trail: the ground floor cannot know the trail, the roof can."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts.models import Officer
from hukou.accounts.signals import signed_in_refused
from hukou.calendar.models import DayRule, YearVersion
from hukou.calendar.signals import edited
from hukou.catalogue.models import CatalogueVersion
from hukou.catalogue.signals import loaded


def register() -> None:
    """Called once at start-up."""
    trail.register_action("officer.signed_in", _("Signed in"))
    trail.register_action("officer.signed_out", _("Signed out"))
    trail.register_action("officer.sign_in_failed", _("Sign-in failed"), kind=trail.Kind.REFUSAL)
    trail.register_action("catalogue.loaded", _("Catalogue put in force"))
    trail.register_action("calendar.edited", _("Working calendar changed"), _("{year}, version {version}"))


@receiver(user_logged_in, dispatch_uid="presence")
def _signed_in(sender: object, user: Officer, **_more: Any) -> None:
    trail.record("officer.signed_in", subject=user, by=user)


@receiver(user_logged_out, dispatch_uid="presence")
def _signed_out(sender: object, user: Officer | None, **_more: Any) -> None:
    if user is not None:
        trail.record("officer.signed_out", subject=user, by=user)


@receiver(signed_in_refused, dispatch_uid="presence")
def _refused(sender: object, officer: Officer | None, code: str, **_more: Any) -> None:
    subject: Officer | str = officer or "accounts.officer:unknown"
    trail.record("officer.sign_in_failed", subject=subject, by=None, details={"code": code})


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
