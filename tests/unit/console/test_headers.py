"""The content security policy."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory

from hukou.console.headers import ContentSecurityPolicy


def _answer(content_type: str) -> HttpResponse:
    middleware = ContentSecurityPolicy(lambda request: HttpResponse(b"x", content_type=content_type))
    return middleware(RequestFactory().get("/"))


def test_pages_may_run_only_scripts_and_styles_of_this_site():
    policy = _answer("text/html; charset=utf-8")["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy


def test_a_pdf_carries_no_policy_that_would_blank_the_viewer():
    policy = _answer("application/pdf")["Content-Security-Policy"]
    assert "default-src" not in policy
    assert "style-src" not in policy
