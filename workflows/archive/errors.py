"""What can be wrong with filing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict


class NoticeNotReady(Conflict):
    """The sealed notice is still being made."""

    code = "notice_not_ready"
    message = _("The notice of this case is still being made.")
    next_step = _("Wait a few seconds and file again.")
