"""“This page was captured then, by this officer”: what the certificate says, and every step of the proof checked now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.trail import proving, queries
from audit.trail.errors import NotInTheLogYet
from audit.trail.models import Event
from audit.trail.publication import LogDiffers
from audit.trail.tiles import TileMissing
from audit.trail.types import TimelineEntry
from capture.sessions import storage
from capture.sessions.errors import FileDamaged, FileMissing
from capture.sessions.models import Page
from hukou.kernel.errors import NotFound
from workflows.cases import folders
from workflows.cases.models import Case, HeldPage, MaterialPage

CAPTURED, PLACED = "page.captured", "case.page_placed"
AROUND = timedelta(hours=1)
"""A page and the act that captured it are of one transaction."""
WORDS: dict[str, str | Promise] = {
    "original": _(
        "The photograph in the store is the one the camera gave: its bytes have the digest the act tells of."
    ),
    "picture": _("The picture in the store has this digest."),
    "said": _("The act in the trail tells of this very digest."),
    "columns": _("What is shown of the act is what its signed bytes say."),
    "leaf": _("The act is this entry of the city's log: its proof leads to the root of the checkpoint."),
    "root": _("The checkpoint over the log carries the signature of the log's key."),
    "stamp": _("A time-stamping service has stamped the same checkpoint."),
    "witness": _("A witness outside this system has signed the same checkpoint."),
}
"""What each step says when it holds."""


@dataclass(frozen=True)
class Step:
    """One step from the picture to the witness."""

    name: str
    held: bool | None
    """None where it cannot be checked here."""
    value: str = ""
    """The digest, number or name it is about."""

    @property
    def outcome(self) -> str:
        """As the screens show a verdict."""
        return {True: "PASSED", False: "FAILED", None: "INDETERMINATE"}[self.held]

    @property
    def words(self) -> str | Promise:
        """What the step says when it holds."""
        return WORDS[self.name]


@dataclass(frozen=True)
class Certificate:
    """Everything the certificate says."""

    case: Case
    page: Page
    code: str
    """Of the material the page was captured for."""
    material: str
    """Its name in the current language."""
    entry: TimelineEntry
    """The act that captured the page, or where the trail has none, that placed it."""
    event: Event
    steps: tuple[Step, ...]
    proof: proving.EventProof | None
    """None while the act is in no signed checkpoint, or when the log itself is damaged."""
    waiting: bool
    """True while the act is in no signed checkpoint: it takes some seconds."""

    @property
    def outcome(self) -> str:
        """PASSED, FAILED, or INDETERMINATE while something cannot be said yet."""
        held = [step.held for step in self.steps]
        if False in held:
            return "FAILED"
        return "PASSED" if self.proof is not None else "INDETERMINATE"


def of_page(case: Case, page_id: int) -> Certificate:
    """The certificate of one page of a case. Raises NotFound when the page is not of this case or the trail is mute."""
    page, code = _page_of(case, page_id)
    event = _event_of(case, page)
    (entry,) = queries.described([event])
    proof, waiting, sound = None, False, True
    try:
        proof = proving.prove(event)
    except NotInTheLogYet:
        waiting = True
    except (LogDiffers, TileMissing):
        sound = False
    return Certificate(
        case=case,
        page=page,
        code=code,
        material=folders.title(folders.line(case, code)),
        entry=entry,
        event=event,
        steps=tuple(_steps(page, event, proof, sound=sound)),
        proof=proof,
        waiting=waiting,
    )


def _page_of(case: Case, page_id: int) -> tuple[Page, str]:
    """The page and the material it was captured for."""
    for model in (MaterialPage, HeldPage):
        lies = model.objects.filter(material__case=case, page=page_id).select_related("material", "page__original")
        if (found := lies.first()) is not None:
            return found.page, found.material.code
    raise NotFound


def _event_of(case: Case, page: Page) -> Event:
    # Within the time the page itself states: the trail is found by time, not by subject.
    lately = (page.captured_at - AROUND, page.captured_at + AROUND)
    captured = queries.events_of(page).filter(action=CAPTURED, at__range=lately).first()
    placed = queries.events_of_case(case.pk).filter(action=PLACED, details__sha256=page.sha256)
    event = captured or placed.first()
    if event is None:
        raise NotFound
    return event


def _steps(page: Page, event: Event, proof: proving.EventProof | None, *, sound: bool) -> Iterator[Step]:
    said = json.loads(bytes(event.leaf))["details"]
    if "original" in said:
        yield Step("original", _stored("originals", said["original"]), said["original"])
    yield Step("picture", _stored("pages", page.sha256), page.sha256)
    yield Step("said", said.get("page" if event.action == CAPTURED else "sha256") == page.sha256, page.sha256)
    if proof is None:
        yield Step("leaf", None if sound else False)
        return
    values = {"leaf": str(proof.leaf_index), "root": proof.head.root_hex, "columns": event.subject}
    for check in proof.checks:
        yield Step(check.name, check.held, check.who or values.get(check.name, ""))


def _stored(kind: storage.Kind, sha256: str) -> bool:
    try:
        storage.read(kind, sha256)
    except (FileMissing, FileDamaged):
        return False
    return True
