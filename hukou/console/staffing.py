"""Offices, officers and duties told to the trail: who may do what is changed by rows, so every changed row is an event.

Before and after stand in it, for what an officer may do is no secret. Of a password only that it was set; of the officer's
own ID number only the keyed digest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db import models
from django.db.models.signals import ModelSignal, post_delete, post_save, pre_save
from django.utils.translation import gettext_lazy as _

from audit.trail import actions as trail
from audit.trail import persons
from hukou.accounts.models import Duty, Office, Officer

NOUNS: dict[type[models.Model], str] = {Office: "office", Officer: "officer", Duty: "duty"}
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Office: ("code", "name", "short_name", "level", "parent__code", "duty_phone"),
    Officer: ("number", "name", "id_number", "kind", "is_active", "password"),
    Duty: ("officer__number", "office__code", "role", "starts_on", "ends_on"),
}
_BEFORE = "_row_before"


def register() -> None:
    """Called once at start-up."""
    trail.register_action("office.added", _("Office added"))
    trail.register_action("office.changed", _("Office changed"))
    trail.register_action("office.removed", _("Office removed"))
    trail.register_action("officer.added", _("Officer added"), _("number {number}"))
    trail.register_action("officer.changed", _("Officer's account changed"))
    trail.register_action("officer.removed", _("Officer removed"))
    trail.register_action("officer.password_set", _("Password set"))
    trail.register_action("duty.added", _("Duty given"), _duty)
    trail.register_action("duty.changed", _("Duty changed"), _changed_duty)
    trail.register_action("duty.removed", _("Duty taken back"), _duty)
    watch()


def watch() -> None:
    """From now on every changed row is an event."""
    for signal, told in _TOLD.items():
        for model in NOUNS:
            signal.connect(told, sender=model, dispatch_uid="staffing")


def unwatch() -> None:
    """Rows may be changed as the ground of something else, e.g. of a test, and nobody did it."""
    for signal in _TOLD:
        for model in NOUNS:
            signal.disconnect(sender=model, dispatch_uid="staffing")


def _look(
    sender: type[models.Model], instance: models.Model, update_fields: Collection[str] | None, **_more: Any
) -> None:
    """Remember the row as it is, when a column that matters may change."""
    matters = update_fields is None or any(name.partition("__")[0] in update_fields for name in COLUMNS[sender])
    setattr(instance, _BEFORE, _row(sender, instance) if matters and instance.pk is not None else None)


def _saved(sender: type[models.Model], instance: models.Model, created: bool, **_more: Any) -> None:
    noun, before = NOUNS[sender], getattr(instance, _BEFORE, None)
    if created:
        trail.record(f"{noun}.added", subject=instance, by=None, details=_said(_row(sender, instance) or {}))
        return
    if before is None:
        return
    after = _row(sender, instance) or {}
    changed = [name for name in after if before[name] != after[name]]
    if "password" in changed:
        trail.record("officer.password_set", subject=instance, by=None)
        changed.remove("password")
    if changed:
        details = {
            "before": _said({name: before[name] for name in changed}),
            "after": _said({name: after[name] for name in changed}),
        }
        trail.record(f"{noun}.changed", subject=instance, by=None, details=details)


def _removed(sender: type[models.Model], instance: models.Model, **_more: Any) -> None:
    row = {name: _reached(instance, name) for name in COLUMNS[sender]}
    # The key is there still while the signal is sent.
    trail.record(f"{NOUNS[sender]}.removed", subject=instance, by=None, details=_said(row))


_TOLD: dict[ModelSignal, Callable[..., None]] = {pre_save: _look, post_save: _saved, post_delete: _removed}


def _row(model: type[models.Model], instance: models.Model) -> dict[str, Any] | None:
    rows = model._default_manager.filter(pk=instance.pk)
    return rows.values(*COLUMNS[model]).first()


def _reached(instance: models.Model, name: str) -> Any:
    head, _dot, tail = name.partition("__")
    found = getattr(instance, head)
    return getattr(found, tail, None) if tail else found


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """A row as the trail may keep it."""
    said: dict[str, Any] = {}
    for name, value in row.items():
        if name == "id_number":
            said |= persons.said_of(value)
        elif name != "password":
            said[name.partition("__")[0]] = value.isoformat() if isinstance(value, date) else value
    return said


def _duty(details: Any) -> str:
    role = str(dict(Duty.Role.choices).get(details["role"], details["role"]))
    return f"{details['officer']} {role} {details['office']}"


def _changed_duty(details: Any) -> str:
    return "; ".join(f"{name}: {details['before'][name]} → {value}" for name, value in details["after"].items())
