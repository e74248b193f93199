"""Why a background job cannot be tried again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError, WrongState


class NotFailed(WrongState):
    """The job waits, is being done, or was tried again by somebody else."""

    code = "job_not_failed"
    message = _("This job has not failed, or it is being tried again already.")
    next_step = _("Reload the page to see how it stands now.")


class WaitsAlready(Conflict):
    """Another run of the same work waits, and only one may."""

    code = "job_waits_already"
    message = _("The same work waits to be done already.")
    next_step = _("Wait until it has run; it makes good for this one too.")


class ReasonMissing(DomainError):
    """Trying again without saying why."""

    code = "job_reason_missing"
    message = _("The reason is missing.")
    next_step = _("Choose why the job is tried again.")
