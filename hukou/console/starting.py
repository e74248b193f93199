"""The machinery told to the trail: a process began to serve, the tables were changed, a command was run."""

from __future__ import annotations

import getpass
import hashlib
import logging
import tomllib
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from audit.trail import persons
from audit.trail.models import Event
from hukou.settings import env

log = logging.getLogger(__name__)
SETTINGS = "system.part:settings"


def register() -> None:
    """Called once at start-up."""
    system = trail.Kind.SYSTEM
    trail.register_action("system.started", _("System started"), _("{part}, version {version}"), kind=system)
    trail.register_action("settings.changed", _("Settings changed"), _changed)
    trail.register_action("system.migrated", _("Tables of the database changed"), _migrated, kind=system)
    trail.register_action("system.command", _("Command run on the server"), _("{command}, by {account}"), kind=system)
    # Django tells every app that has tables, when all is done; heard once, one event tells of a whole migration.
    post_migrate.connect(_record_migrated, sender=apps.get_app_config("trail"), dispatch_uid="starting")


def record_started(part: str) -> None:
    """A process of the site begins: "web" or "worker". A database that is away keeps nobody from starting."""
    _record("system.started", subject=f"system.part:{part}", details={"part": part, **_state()})
    try:
        record_settings()
    except Error as away:
        log.warning("not recorded: settings.changed", extra={"error_type": type(away).__name__})
    connections.close_all()


def record_settings() -> None:
    """What the settings say, when it is not what they said at the last start: before and after, and all of them.

    Numbers, switches and choices stand there as they are; texts and folders, among which are secrets, as keyed digests.
    """
    now = {setting.name.lower(): _value(setting) for setting in env.DECLARED}
    last = Event.objects.filter(subject=SETTINGS).order_by("subject_seq").last()
    then: dict[str, Any] = last.details["settings"] if last else {}
    changed = [name for name in now | then if now.get(name) != then.get(name)]
    if changed:
        details = {
            "before": {name: then[name] for name in changed if name in then and last},
            "after": {name: now[name] for name in changed if name in now and last},
            "settings": now,
        }
        trail.record("settings.changed", subject=SETTINGS, by=None, details=details)


def _value(setting: env.Setting) -> str:
    said = env.said(setting)
    return persons.digest_of_words(said) if said and setting.kind in ("text", "folder") else said


def record_command(arguments: Sequence[str]) -> None:
    """A command is about to be carried out. The names of its options stand in the event, never their values."""
    command = arguments[0]
    options = sorted({word.partition("=")[0] for word in arguments[1:] if word.startswith("-")})
    details = {"command": command, "options": options, "account": getpass.getuser()}
    _record("system.command", subject=f"system.command:{command}", details=details)
    connections.close_all()


def version() -> str:
    """Of the program, as pyproject.toml says."""
    said: str = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return said


def schema() -> str:
    """SHA-256 over the names of all migrations applied, one a line, in alphabetical order."""
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return hashlib.sha256("\n".join(applied).encode()).hexdigest()


def _state() -> dict[str, Any]:
    try:
        return {"version": version(), "schema": schema()}
    except Error:
        return {"version": version(), "schema": ""}


def _record(action: str, *, subject: str, details: dict[str, Any]) -> None:
    try:
        trail.record(action, subject=subject, by=None, details=details)
    except Error as away:
        log.warning("not recorded: %s", action, extra={"error_type": type(away).__name__})


def _record_migrated(sender: object, plan: Sequence[Any] = (), **_more: Any) -> None:
    """Django calls this after `migrate`; `plan` holds what was done: (migration, whether backwards)."""
    if not plan or Event._meta.db_table not in connection.introspection.table_names():
        return
    done: dict[str, list[str]] = {"applied": [], "taken_back": []}
    for migration, backwards in plan:
        done["taken_back" if backwards else "applied"].append(f"{migration.app_label}.{migration.name}")
    trail.record("system.migrated", subject="system.part:database", by=None, details={**done, **_state()})


def _changed(details: Any) -> str:
    before, after = details["before"], details["after"]
    return "; ".join(f"{name}: {before.get(name, '')} → {after.get(name, '')}" for name in {**before, **after})


def _migrated(details: Any) -> str:
    return ", ".join([*details["applied"][-3:], *(f"− {name}" for name in details["taken_back"][-3:])])
