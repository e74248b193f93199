"""Why something about texts could not be done."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError, WrongState


class PhoneUnfit(DomainError):
    """What was typed cannot be dialled."""

    code = "phone_unfit"
    message = _("“{typed}” is not a telephone number.")
    next_step = _("Type digits only, for example 0711-1234567, of a telephone that belongs to the office.")


class NotUndelivered(WrongState):
    """Sending again what is on its way or has arrived."""

    code = "text_not_undelivered"
    message = _("This text is “{state}”; it need not be sent again.")
    next_step = _("Reload the list to see what has happened meanwhile.")


class ReceiptNotSigned(DomainError):
    """A receipt without the signature of the gateway."""

    code = "receipt_not_signed"
    message = _("The receipt is not signed with the secret both sides share, or not now.")
    next_step = _("Compare the secret and the clocks of both sides.")


class ReceiptUnreadable(DomainError):
    """A receipt that is not what the contract says."""

    code = "receipt_unreadable"
    message = _("The receipt cannot be read.")
    next_step = _("See docs/sms-gateway.md for what a receipt holds.")
