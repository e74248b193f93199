"""Mistakes of the program that writes to the trail. They are not refusals: no user can do anything about them."""

from __future__ import annotations


class UnregisteredAction(LookupError):
    """An event names an action nobody registered with `register_action`."""


class BadDetails(ValueError):
    """The details of an event cannot be evidence: a float, a strange key, a citizen's ID number, or too long."""
