"""What can be wrong with a request on a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class CaseError(DomainError):
    """Base of the errors of this package."""

    code = "case_error"


class MaterialsMissing(CaseError):
    """Required materials are not there yet; `missing` lists them."""

    code = "materials_missing"
    message = _("{count} materials are still missing: {names}.")
    next_step = _("Capture them, or accept the case with deferred capture and a reason.")


class NoSuchMaterial(CaseError):
    """The sub-type has no slot of that code."""

    code = "no_such_material"
    message = _("This sub-type has no material “{material}”.")
    next_step = _("Pick one of the slots on the left.")


class SlotFull(CaseError):
    """The slot holds its largest number of pages."""

    code = "slot_full"
    message = _("“{material}” already has {count} pages, the most it may have.")
    next_step = _("Replace a page, or pick another slot.")


class PageInOtherSlot(CaseError):
    """The very same image lies in another slot of this case."""

    code = "page_in_other_slot"
    message = _("This very image is already page of “{material}”.")
    next_step = _("Lay down the right paper and capture again.")


class BadOrder(CaseError):
    """The order given does not name each live page of the slot once."""

    code = "bad_order"
    message = _("The pages of this slot are other than on your screen.")
    next_step = _("Reload the page and put them in order again.")


class StageNotOpen(CaseError):
    """Only materials of another stage may be captured now."""

    code = "stage_not_open"
    message = _("“{material}” cannot be captured while the case is “{state}”.")
    next_step = _("Before the decision capture acceptance papers; after it, papers of completion.")


class BasisNeeded(CaseError):
    """To turn somebody away one names the rule that forbids to accept (公通字〔2021〕12号 art 57)."""

    code = "basis_needed"
    message = _("A request is turned away only on a named rule.")
    next_step = _("Write the rule and the article, then try again.")


class ReasonNeeded(CaseError):
    """An act that needs a written reason came without one."""

    code = "reason_needed"
    message = _("A reason is needed.")
    next_step = _("Write in a few words why, then try again.")


class FiledPageStays(CaseError):
    """In a late capture only its own pages may be put in another order."""

    code = "filed_page_stays"
    message = _("The order of pages that are filed does not change.")
    next_step = _("Put only the newly captured pages in order.")


class SittingOver(Conflict):
    """A picture was taken for a late capture that is over."""

    code = "sitting_over"
    message = _("The late capture this picture was taken for is over.")
    next_step = _("Reload the page and capture it again.")


class BadForm(CaseError):
    """A field of the form cannot be right; `problems` maps field to text."""

    code = "bad_form"
    message = _("Some fields need another look: {fields}.")
    next_step = _("Correct the marked fields and save again.")


class ProxyUnnamed(CaseError):
    """Somebody acts for the applicant, and the form does not say who."""

    code = "proxy_unnamed"
    message = _("Somebody acts for the applicant, but the proxy's name and ID number are not in the application.")
    next_step = _("Correct the application: copy both from the proxy's ID card, or untick that somebody acts.")


class ContentChanged(Conflict):
    """What the officer saw is not what is there now."""

    code = "content_changed"
    message = _("The case has changed since this page was shown to you.")
    next_step = _("Reload, look at the changes, and decide again.")


class LetterIncomplete(CaseError):
    """A letter was asked for without what it has to say."""

    code = "letter_incomplete"
    message = _("The letter cannot be made yet: {lacking} is not filled in.")
    next_step = _("Fill it in and try again.")
