"""Why an alert could not be closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


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
