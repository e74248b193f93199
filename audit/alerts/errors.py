"""Why an alert could not be armed, handled or closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class NotArmed(DomainError):
    """The fact cannot be watched over, so the step that makes it does not happen either."""

    code = "alert_not_armed"
    message = _("Nothing was done: the alert that watches over it could not be armed ({rule}).")
    next_step = _("Tell the administrator the code; the step can be taken once the alert rule is in order again.")


class AlertClosedAlready(Conflict):
    """Someone closed it first."""

    code = "alert_closed_already"
    message = _("This alert has been closed already.")
    next_step = _("Reload the list to see who closed it and what was done.")


class RecordMissing(DomainError):
    """An alert is closed only with a record of what was done."""

    code = "alert_record_missing"
    message = _("The record of what was done is missing.")
    next_step = _("Write what was wrong and what was done, then close the alert.")


class ReasonMissing(DomainError):
    """Nobody said why."""

    code = "alert_reason_missing"
    message = _("The reason is missing.")
    next_step = _("Write why, then try again.")


class BadTerms(DomainError):
    """Terms of a rule that cannot hold."""

    code = "alert_bad_terms"
    message = _("The terms of the rule were refused: {fault}.")
    next_step = _("Correct them and try again; what is in force has not changed.")


class ExplanationMissing(DomainError):
    """An explanation says something."""

    code = "alert_explanation_missing"
    message = _("The explanation is empty.")
    next_step = _("Write how it came about, then try again.")


class BadMute(DomainError):
    """A mute without an end, or with one too far away."""

    code = "alert_bad_mute"
    message = _("A rule is muted until a moment to come, for {days} days at most.")
    next_step = _("Choose an earlier end; a mute can be set again when it is over.")


class MuteEndedAlready(Conflict):
    """Its time is over, or someone ended it."""

    code = "alert_mute_ended_already"
    message = _("This mute has ended already.")
    next_step = _("Reload the list; what waited is raised within a minute.")
