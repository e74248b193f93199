"""The wall over HTTP: the page, its figures, and the screens that show it.

Numbers of offices only: nobody's name, number or page is on the wall, so there is no look to put on record.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.console.idle import by_itself
from hukou.console.people import signed_in
from hukou.console.refusals import status_of
from hukou.kernel.errors import NotFound

from . import actions, errors, figures, queries
from .models import WallScreen

COOKIE = "hukou_wall"
PLACE = "/wall/"
"""The cookie goes to these addresses only: what a screen may see is the wall, and nothing else ever learns its token."""


@never_cache
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """`/wall/`: the wall of an office, full screen. `?office=CODE` asks for one under mine."""
    office, screen = _whose(request)
    if office is None:
        return redirect_to_login(request.get_full_path())
    officer = request.user if isinstance(request.user, Officer) else None
    context = {
        "screen": screen,
        "offices": queries.offices_of(officer) if officer else [],
        "may_hang": bool(officer and policies.allow(officer, "wall.hang", office)),
        **_figures(office),
    }
    return _answer("wall/wall.html", context)


@never_cache
@by_itself
@require_GET
def wall_figures(request: HttpRequest) -> HttpResponse:
    """The figures alone, asked for by the page itself: who left the machine is signed out all the same."""
    office, screen = _whose(request)
    if office is None:
        raise errors.Unknown
    if screen:
        actions.seen(screen)
    return _answer("wall/figures.html", _figures(office))


@login_required
@require_GET
def wall_screens(request: HttpRequest) -> HttpResponse:
    """The screens that hang at my offices, when each was last heard of, and how long it may stay."""
    officer = signed_in(request)
    policies.require(officer, "wall.view", None)
    return _list(request, officer)


@login_required
@require_POST
def wall_hang(request: HttpRequest) -> HttpResponse:
    """Hang up this browser. Who did it is signed out at once: the screen stays, the officer does not."""
    officer = signed_in(request)
    office = queries.office_for(officer, request.POST.get("office", ""))
    if office is None:
        raise NotFound
    try:
        screen, token = actions.hang(office_id=office.pk, name=request.POST.get("name", ""), by=officer)
    except errors.WallError as error:
        return _list(request, officer, error)
    logout(request)
    response = redirect("wall")
    response.set_cookie(
        COOKIE,
        token,
        expires=screen.ends_at,
        path=PLACE,
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@login_required
@require_POST
def wall_take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a screen down, from any machine."""
    officer = signed_in(request)
    if not queries.screens_of(officer).filter(pk=pk).exists():
        raise NotFound
    try:
        screen = actions.take_down(screen_id=pk, reason=request.POST.get("reason", ""), by=officer)
    except errors.WallError as error:
        return _list(request, officer, error)
    messages.success(request, _("Screen “{name}” shows the wall no longer.").format(name=screen.name))
    return redirect("wall_screens")


def _whose(request: HttpRequest) -> tuple[Office | None, WallScreen | None]:
    """The office whose wall is shown, and the screen it is shown on when nobody is signed in.

    Raises NotPermitted when the officer has no wall, NotFound when the one asked for is not theirs, Unknown when the
    screen was taken down.
    """
    if isinstance(request.user, Officer):
        policies.require(request.user, "wall.view", None)
        office = queries.office_for(request.user, request.GET.get("office", ""))
        if office is None:
            raise NotFound
        return office, None
    token = request.COOKIES.get(COOKIE)
    screen = queries.screen_of(token)
    if token and screen is None:
        raise errors.Unknown
    return (screen.office, screen) if screen else (None, None)


def _answer(template: str, context: dict[str, Any]) -> HttpResponse:
    """Without the request: the frame of the other pages, and all that is counted for it, is not on the wall."""
    return HttpResponse(render_to_string(template, context))


def _figures(office: Office) -> dict[str, Any]:
    return {"office": office, "wall": figures.of(office), "before": settings.HUKOU_DAYS_BEFORE}


def _list(request: HttpRequest, officer: Officer, error: errors.WallError | None = None) -> HttpResponse:
    context = {
        "screens": queries.screens_of(officer),
        "offices": [office for office in queries.offices_of(officer) if policies.allow(officer, "wall.hang", office)],
        "days": settings.HUKOU_WALL_DAYS,
        "error": error,
        "name": request.POST.get("name", ""),
        "wall_url": reverse("wall"),
    }
    return render(request, "wall/screens.html", context, status=status_of(error) if error else 200)
