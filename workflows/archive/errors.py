"""What can be wrong with filing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class NoticeNotReady(Conflict):
    """The sealed notice is still being made."""

    code = "notice_not_ready"
    message = _("The notice of this case is still being made.")
    next_step = _("Wait a few seconds and file again.")


class PagesWaiting(Conflict):
    """Pages the quality check holds back are neither kept nor left out yet."""

    code = "pages_waiting"
    message = _("{count} pages still wait for a word: keep them or leave them out.")
    next_step = _("Settle the held pages on the page of the case, then conclude again.")


class NothingCaptured(DomainError):
    """The late capture changed nothing."""

    code = "nothing_captured"
    message = _("Nothing was added to the case and nothing replaced.")
    next_step = _("Capture the missing page first, or abandon the late capture.")
