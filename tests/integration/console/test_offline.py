"""The service worker as the site serves it."""

from __future__ import annotations

from django.test import Client


def test_the_worker_is_a_script_at_the_root_that_is_always_asked_for_anew(client: Client) -> None:
    answer = client.get("/worker.js")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert b'addEventListener("fetch"' in answer.content
