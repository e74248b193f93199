"""Who may lay a page under the camera."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Duty, Officer
from hukou.accounts.policies import YES, Ruling, no

from .models import CaptureSession

CAPTURING = frozenset(
    {Duty.Role.AUXILIARY, Duty.Role.DESK_OFFICER, Duty.Role.COMMUNITY_OFFICER, Duty.Role.STATION_LEADER}
)
"""Auxiliaries may capture (公通字〔2021〕12号 art 7); a branch never captures in a station's name (domain.md §3)."""


def may_capture(by: Officer, duties: list[Duty], session: CaptureSession) -> Ruling:
    """People with a duty at the office the session belongs to."""
    if any(duty.role in CAPTURING and duty.office_id == session.office_id for duty in duties):
        return YES
    return no(_("pages are captured by the office whose session it is"))


def may_upload(by: Officer, duties: list[Duty], subject: object) -> Ruling:
    """People who capture anywhere: for which case is asked when the page is made."""
    return YES if any(duty.role in CAPTURING for duty in duties) else no(_("pictures are sent by those who capture"))


def register() -> None:
    """Called once at start-up."""
    policies.register("page.capture", may_capture)
    policies.register("page.upload", may_upload)
    trail.register_action("page.captured", _("Page captured"))
