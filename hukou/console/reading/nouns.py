"""Words for the nouns of action names, by which the trail book groups what happened."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import book, vocabulary

WORDS: Mapping[str, Promise] = {
    "alert": _("Alerts"),
    "batch": _("Batches"),
    "calendar": _("Calendar"),
    "camera": _("Cameras"),
    "case": _("Cases"),
    "catalogue": _("Catalogue"),
    "deputation": _("Deputies"),
    "digest": _("Daily digests"),
    "document": _("Documents"),
    "finding": _("Findings"),
    "inspection": _("Inspections"),
    "job": _("Background jobs"),
    "letter": _("Letters"),
    "list": _("Lists"),
    "notice": _("Notices"),
    "office": _("Offices"),
    "officer": _("Officers"),
    "order": _("Rectification orders"),
    "page": _("Pages"),
    "paper": _("Papers of a batch"),
    "person": _("Searches by person"),
    "portrait": _("Portraits"),
    "seal": _("Seals"),
    "settings": _("Settings"),
    "station": _("Workstations"),
    "system": _("The system"),
    "text": _("Texts to telephones"),
    "trail": _("The trail itself"),
}


def groups() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(noun, its words, [(name, its words)…]) of every registered action, for a choice."""
    return [
        (noun, str(WORDS.get(noun, noun)), [(name, vocabulary.label_of(name)) for name in names])
        for noun, names in book.by_noun().items()
    ]
