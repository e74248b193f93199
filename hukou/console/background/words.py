"""What every background task does for the people who use the system, and what does not happen while it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Work:
    """A task in plain words."""

    does: str | Promise
    without: str | Promise = ""
    """What people notice while it is undone; "" where nobody does at once."""


WORK: Mapping[str, Work] = {
    "seals.put_on": Work(_("Put a signed seal on its file"), _("The case goes no further until its seal is on.")),
    "seals.try_again": Work(_("Try seals again that are signed and not on")),
    "seals.stop_left": Work(
        _("Stop the seals of officers who left a post"), _("A seal may still be valid whose holder has left.")
    ),
    "seals.new_day": Work(
        _("Stop seals whose duty ended yesterday, publish the revocation list"),
        _("Without a fresh revocation list seals can soon no longer be verified."),
    ),
    "seals.renew_stamps": Work(_("Renew the time stamps of sealed files before they run out")),
    "seals.close_papers": Work(_("Time-stamp the papers sealed in batches")),
    "seals.close_more_papers": Work(_("Find papers of batches that still need a time stamp")),
    "notice.issue": Work(
        _("Make and seal the notice of a decided case"), _("The station has no notice to hand to the applicant.")
    ),
    "notice.try_again": Work(_("Find decided cases that have no notice yet")),
    "letter.follow_window": Work(
        _("Write the receipt or the notice of an act at the window"), _("The applicant has nothing in writing yet.")
    ),
    "letter.follow_decision": Work(
        _("Write to the applicant about a return or a refusal"), _("The applicant has nothing in writing yet.")
    ),
    "archive.lay_out_shelf": Work(
        _("Lay a filed case on its shelf in the archive"),
        _("The files are kept; they lie in no folder of their own yet."),
    ),
    "cases.reproject": Work(
        _("Reckon due times anew after an edit of the calendar"), _("Due times of some cases follow the old calendar.")
    ),
    "inspection.reproject": Work(
        _("Reckon anew when inspections and orders are due, after an edit of the calendar"),
        _("Some duties and orders are due by the old calendar."),
    ),
    "inspection.duties": Work(_("Set out the inspections of the period and draw their samples")),
    "alerts.sweep": Work(_("Raise the alerts that have become due"), _("Nobody is told of what is late or missing.")),
    "alerts.catch_up": Work(_("Hold the alerts against what should have been raised")),
    "alerts.reconcile": Work(_("Hold the facts against the alerts, every night")),
    "alerts.look_again": Work(
        _("Look at alerts again after an edit of the calendar, of terms or of a mute"),
        _("Some rungs may be raised at the old time."),
    ),
    "alerts.rearm": Work(
        _("Arm alerts anew after an edit of the calendar or of terms"), _("Some alerts go by the old terms.")
    ),
    "alerts.time_anew": Work(
        _("Count anew how long alerts were open, after an edit of the calendar"),
        _("Some times in the statistics go by the old calendar."),
    ),
    "alerts.look_at_use": Work(_("Look for unusual use of the system")),
    "outbox.send": Work(_("Send texts to the duty telephones"), _("Offices get no texts.")),
    "outbox.gather": Work(_("Put into words what offices are told by text"), _("Offices get no texts.")),
    "outbox.receipts": Work(_("Ask the SMS gateway what became of the texts")),
    "outbox.digests": Work(_("Make the daily digests"), _("Offices have no digest on their desks.")),
    "trail.sequence": Work(
        _("Give acts their place in the log of the trail"), _("Acts are recorded and cannot be proved yet.")
    ),
    "trail.witness": Work(_("Show the newest head of the trail to the witnesses")),
    "trail.months": Work(
        _("Make the tables of the coming months"), _("Without next month's table nothing can be recorded then.")
    ),
    "trail.stamp": Work(_("Have the trail time-stamped")),
    "trail.verify_new": Work(_("Verify what is new in the trail")),
    "trail.verify": Work(_("Verify the whole trail, every night")),
    "figures.keep_up": Work(_("Count what was done into the statistics"), _("Figures are behind.")),
    "figures.rework": Work(
        _("Count times anew after an edit of the calendar"), _("Some times in the statistics go by the old calendar.")
    ),
    "figures.recount": Work(_("Compare the statistics with a recount, every night")),
    "capture.sweep_uploads": Work(_("Remove uploads nobody finished")),
    "sessions.end_idle": Work(_("End the sessions nobody uses"), _("Sign-ins that are idle stay open longer.")),
    "jobs.retry_stalled": Work(_("Take up the jobs of a worker that died")),
}
"""By the name of the task."""


def of(task: str) -> Work:
    """The words of a task; a task no version of the site knows any more keeps its name."""
    return WORK.get(task) or Work(task)
