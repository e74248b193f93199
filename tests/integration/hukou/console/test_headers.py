"""Pages come with the strict policy, files can be shown inside a page, static files are served whole."""

from __future__ import annotations

import re
import urllib.request

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from hukou.console.headers import ContentSecurityPolicy
from tests.support.site import serving


def policy_of(response: HttpResponse) -> dict[str, list[str]]:
    rules = (rule.split() for rule in response.headers["Content-Security-Policy"].split("; "))
    return {name: sources for name, *sources in rules}


def answer(content_type: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"", content_type=content_type)

    return ContentSecurityPolicy(view)(RequestFactory().get("/"))


def test_a_page_runs_only_our_own_scripts_and_styles() -> None:
    policy = policy_of(answer("text/html; charset=utf-8"))

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
    assert not re.search(r"unsafe|https?:|\*", str(policy))


def test_only_the_camera_may_be_used_and_only_by_us() -> None:
    assert "camera=(self), microphone=()" in answer("text/html").headers["Permissions-Policy"]


def test_a_pdf_may_be_framed_by_our_pages_only_and_keeps_the_viewers_styles() -> None:
    assert policy_of(answer("application/pdf")) == {"frame-ancestors": ["'self'"]}


@pytest.mark.django_db
def test_the_sign_in_page_has_the_policy(client: Client) -> None:
    assert "script-src 'self'" in client.get("/login/", follow=True).headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_static_files_are_served_by_the_real_server_with_their_type() -> None:
    name = "hukou/tokens.css"
    stored = finders.find(name)
    assert stored
    with (
        serving(PYTHONWARNINGS="error::Warning:django.http.response") as url,
        urllib.request.urlopen(f"{url}/static/{name}", timeout=10) as answer,
    ):
        with open(stored, "rb") as file:
            assert answer.read() == file.read()
        assert answer.headers.get_content_type() == "text/css"
