"""Signing in: password today, a second factor where `second_factor` will stand (see README)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import authenticate
from django.http import HttpRequest

from hukou.kernel import clock

from .errors import LockedOut
from .models import Officer, SignInAttempt
from .signals import signed_in_refused

MOST_FAILURES = 5
WINDOW = timedelta(minutes=15)


def attempt(request: HttpRequest, *, username: str, password: str) -> Officer | None:
    """The officer, or None when number or password is wrong. Raises LockedOut.

    An unknown number costs the same time as a wrong password and is counted the same way, so neither the
    answer nor its delay tells which numbers exist.
    """
    since = clock.now() - WINDOW
    failures = SignInAttempt.objects.filter(number=username, at__gt=since)
    count = failures.count()
    if count >= MOST_FAILURES:
        oldest = failures.order_by("at").values_list("at", flat=True)[0]
        minutes = max(1, -(-int((oldest + WINDOW - clock.now()).total_seconds()) // 60))
        _tell(username, "locked")
        raise LockedOut(count=count, minutes=minutes)
    officer = authenticate(request, username=username, password=password)
    if officer is None:
        SignInAttempt.objects.create(number=username, at=clock.now())
        _tell(username, "wrong")
        return None
    assert isinstance(officer, Officer)
    SignInAttempt.objects.filter(number=officer.number).delete()
    return officer


def _tell(number: str, code: str) -> None:
    signed_in_refused.send(Officer, officer=Officer.objects.filter(number=number).first(), code=code)
