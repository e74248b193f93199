"""Citizen ID numbers (公民身份号码), GB 11643-1999."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from . import clock
from .errors import DomainError

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
EARLIEST = date(1870, 1, 1)
"""Nobody on a register was born before; an earlier date is a slip of the pen."""


class BadIdNumber(DomainError):
    """Not a possible ID number."""

    code = "bad_id_number"
    message = _("This is not a valid citizen ID number: {reason}")
    next_step = _("Compare it with the card, digit by digit.")


@dataclass(frozen=True)
class IdNumber:
    """A possible ID number and what it says."""

    number: str
    born_on: date
    sex: str
    """GB/T 2261.1: "1" male, "2" female."""

    def __repr__(self) -> str:
        """Masked, so that no traceback shows a person."""
        return f"IdNumber({masked(self.number)})"


def check_character(first17: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def parse(text: str, *, today: date | None = None) -> IdNumber:
    """Read an ID number; spaces, hyphens, full-width digits and a small x are forgiven. Raises BadIdNumber.

    The birth date is not after `today` (default: the city's). The area code is not checked: it is that of the
    first registration and may be historical.
    """
    number = normalized(text)
    body, last = number[:17], number[17:]
    if len(number) != 18 or not (body.isascii() and body.isdigit()) or last not in CHECKS:
        raise BadIdNumber(reason=_("18 characters are expected, the last a digit or X"))
    try:
        born_on = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError as impossible:
        raise BadIdNumber(reason=_("the date of birth in it does not exist")) from impossible
    if not EARLIEST <= born_on <= (today or clock.today()):
        raise BadIdNumber(reason=_("nobody was born on the date in it"))
    if check_character(body) != last:
        raise BadIdNumber(reason=_("the last character does not match the others"))
    return IdNumber(number, born_on, "1" if int(body[16]) % 2 else "2")


def normalized(text: str) -> str:
    """What was meant by what was typed."""
    return re.sub(r"[\s\-·]", "", unicodedata.normalize("NFKC", text)).upper()


def masked(number: str) -> str:
    """For lists: the first six and the last character stay."""
    return f"{number[:6]}{'*' * 11}{number[-1:]}" if len(number) == 18 else "*" * len(number)


def grouped(number: str) -> str:
    """For reading aloud: 6-8-4."""
    return f"{number[:6]} {number[6:14]} {number[14:]}" if len(number) == 18 else number


def salted_digest(number: str, *, salt: bytes) -> str:
    """A digest that proves which number was meant without telling it to those who lack the salt.

    With a salt that can be guessed all numbers could be tried within minutes: under 16 bytes it is refused.
    """
    if len(salt) < 16:
        raise ValueError("the salt has 16 bytes or more")
    return hmac.new(salt, normalized(number).encode(), hashlib.sha256).hexdigest()
