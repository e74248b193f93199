"""Signing in: password today, a second factor where `second_factor` will stand (see README)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import authenticate
from django.db import connection, transaction
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
    answer nor its delay tells which numbers exist. Attempts on one number wait for each other: a burst of
    parallel guesses gets no more tries than one after the other.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended('sign-in ' || %s, 0))", [username])
        since = clock.now() - WINDOW
        SignInAttempt.objects.filter(at__lte=since).delete()
        failures = list(SignInAttempt.objects.filter(number=username).order_by("-at").values_list("at", flat=True))
        locked = len(failures) >= MOST_FAILURES
        officer = None if locked else authenticate(request, username=username, password=password)
        if officer is not None:
            SignInAttempt.objects.filter(number=username).delete()
        elif not locked:
            SignInAttempt.objects.create(number=username, at=clock.now())
    if officer is None:
        _tell(username, "locked" if locked else "wrong", locks=not locked and len(failures) + 1 >= MOST_FAILURES)
    if locked:
        left = failures[MOST_FAILURES - 1] + WINDOW - clock.now()
        raise LockedOut(count=len(failures), minutes=max(1, -(-int(left.total_seconds()) // 60)))
    assert officer is None or isinstance(officer, Officer)
    return officer


def _tell(number: str, code: str, *, locks: bool) -> None:
    officer = Officer.objects.filter(number=number).first()
    signed_in_refused.send(Officer, officer=officer, number=number, code=code, locks=locks)
