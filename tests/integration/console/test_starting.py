"""That the machinery started, was changed, or was spoken to on the server is on record."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db.models.signals import post_migrate

from audit.trail.models import Event
from hukou.console import starting
from hukou.running import commands

pytestmark = pytest.mark.django_db

LOOKS = {"process_photo", "settings_manual", "sweep_alerts", "sweep_uploads", "translations", "verify_case"}
LOOKS |= {"verify_file", "verify_trail"}
LOOKS |= {"migrate"}  # tells by itself what it did: system.migrated
"""Commands of ours that change nothing themselves: they measure, verify, or do what a job does every minute."""


@pytest.fixture(autouse=True)
def _the_connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "connections", SimpleNamespace(close_all=lambda: None))


def test_a_start_says_which_program_on_which_tables() -> None:
    starting.record_started("web")
    begun = Event.objects.get(action="system.started")

    assert begun.details == {"part": "web", "version": starting.version(), "schema": starting.schema()}
    assert len(begun.details["schema"]) == 64


def test_settings_are_told_when_they_are_others_than_last_time(monkeypatch: pytest.MonkeyPatch) -> None:
    starting.record_settings()
    starting.record_settings()
    monkeypatch.setenv("HUKOU_PIN_TRIES", "3")
    monkeypatch.setenv("HUKOU_DEMO_PASSWORD", "river-stone-42")
    starting.record_settings()

    first, second = Event.objects.filter(action="settings.changed").order_by("pk")
    assert (first.details["before"], first.details["after"]) == ({}, {})
    assert second.details["before"]["hukou_pin_tries"] == "5"
    assert second.details["after"]["hukou_pin_tries"] == "3"
    assert set(second.details["after"]) == {"hukou_pin_tries", "hukou_demo_password"}
    assert "river-stone" not in bytes(second.leaf).decode()


def test_a_migration_is_one_event_with_the_names_of_all() -> None:
    plan: list[Any] = [
        (SimpleNamespace(app_label="trail", name="0001_initial"), False),
        (SimpleNamespace(app_label="cases", name="0002_more"), True),
    ]
    starting._record_migrated(None, plan=plan)
    starting._record_migrated(None, plan=[])

    done = Event.objects.get(action="system.migrated").details
    assert (done["applied"], done["taken_back"]) == (["trail.0001_initial"], ["cases.0002_more"])


def test_the_end_of_a_migration_is_heard() -> None:
    trail = apps.get_app_config("trail")
    heard, _unheard = post_migrate._live_receivers(sender=trail)  # type: ignore[attr-defined]

    assert starting._record_migrated in heard
    assert trail.models_module is not None  # Django tells no other apps


def test_a_command_is_on_record_with_its_options_and_without_their_values() -> None:
    commands.on_record(["enrol_seal", "--pin-file=/secret/place", "--officer", "110001"])
    commands.on_record(["verify_trail"])
    commands.on_record(["seals", "--help"])

    (run,) = Event.objects.filter(action="system.command")
    assert (run.details["command"], run.details["options"]) == ("enrol_seal", ["--officer", "--pin-file"])


def test_every_command_of_ours_is_on_record_or_changes_nothing() -> None:
    ours = {name for name, app in get_commands().items() if str(app).split(".")[0] in _OURS}
    assert ours - commands.COMMANDS == LOOKS


_OURS = {"audit", "capture", "hukou", "workflows"}
