"""What can be wrong with a batch."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict
from workflows.seals.errors import SealError


class PaperUnfit(SealError):
    """A file that cannot be shown faithfully, or not be sealed."""

    code = "paper_unfit"
    message = _("{name} cannot be sealed here: {why}")
    next_step = _("Print the paper to a plain PDF and bring that.")


class BatchFull(SealError):
    """More papers than a batch may have."""

    code = "batch_full"
    message = _("A batch holds at most {most} papers.")
    next_step = _("Begin another batch for the rest.")


class NotShown(SealError):
    """The paper has not been on the screen whole, or other bytes were."""

    code = "not_shown"
    message = _("This paper has not been shown whole yet.")
    next_step = _("Wait until every page is on the screen.")


class NothingShown(SealError):
    """No paper of the batch is ready to be signed."""

    code = "nothing_shown"
    message = _("No paper of this batch waits for its seal.")
    next_step = _("Look at the papers first; only what was shown is sealed.")


class BatchBusy(Conflict):
    """A run is signing the batch."""

    code = "batch_busy"
    message = _("This batch is being sealed at this moment.")
    next_step = _("Wait until it has ended, or pause it.")


class BulkForbidden(SealError):
    """The bureau allows no batch window: every seal asks for its PIN."""

    code = "bulk_forbidden"
    message = _("This bureau asks for the PIN at every single seal.")
    next_step = _("Ask the system administrator whether a window for batches may be set.")
