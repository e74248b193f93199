"""Sign in, sign out."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from . import signing_in
from .errors import LockedOut


class SignInForm(forms.Form):
    """Police number and password, as typed."""

    username = forms.CharField(max_length=20)
    password = forms.CharField(max_length=256, strip=False)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. The number typed survives a mistake; the password never does."""
    target = _next(request)
    if request.method == "GET":
        if request.user.is_authenticated:
            return redirect(target)
        return render(request, "accounts/login.html", {"next": target, "form": SignInForm()})
    form = SignInForm(request.POST)
    context = {"next": target, "form": form}
    try:
        officer = form.is_valid() and signing_in.attempt(request, **form.cleaned_data)
    except LockedOut as locked:
        return render(request, "accounts/login.html", context | {"error": locked}, status=429)
    if not officer:
        form.add_error(None, "wrong")
        return render(request, "accounts/login.html", context, status=401)
    login(request, officer)
    return redirect(target)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("login")


def _next(request: HttpRequest) -> str:
    """Where to go afterwards; only places of this site."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return asked
    return resolve_url("desk")
