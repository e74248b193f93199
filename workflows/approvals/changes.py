"""What changed in a case since an officer last decided it: form, facts and pages, before and now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hukou.accounts.models import Officer
from hukou.catalogue.types import facts_of
from hukou.kernel import canonical
from workflows.cases import folders, forms
from workflows.cases.models import Case, MaterialPage

from .models import Decision, SeenContent


@dataclass(frozen=True)
class FieldChange:
    """A field of the form that reads otherwise."""

    name: str
    before: str
    now: str

    @property
    def label(self) -> str:
        """What the field is called, in the current language."""
        return str(forms.FIELDS.get(self.name, self.name))


@dataclass(frozen=True)
class PageChange:
    """A page that is new, or that lay in the folder and does so no more."""

    code: str
    """Of the material."""
    placement: MaterialPage
    successor: MaterialPage | None = None
    """For a page that is gone: the page now in its place, when there is one."""


@dataclass(frozen=True)
class Changes:
    """Everything between the last decision of the officer and now."""

    decided_at: datetime
    fields: tuple[FieldChange, ...]
    now_holds: tuple[str, ...]
    """Facts that hold and materials that were ticked since, by name in the current language."""
    holds_no_more: tuple[str, ...]
    added: tuple[PageChange, ...]
    gone: tuple[PageChange, ...]
    reordered: bool
    """The same pages in another order."""

    @property
    def count(self) -> int:
        """How many things are different; a page and the one it took the place of are one."""
        alone = [page for page in self.gone if page.successor is None]
        parts = (self.fields, self.now_holds, self.holds_no_more, self.added, alone)
        return sum(len(part) for part in parts) + self.reordered


def keep(case: Case, digest: str, content: dict[str, Any]) -> None:
    """Keep the content somebody is deciding about; once for each content."""
    SeenContent.objects.bulk_create([SeenContent(case=case, digest=digest, content=content)], ignore_conflicts=True)


def since(case: Case, officer: Officer) -> Changes | None:
    """What changed since this person last decided about the case; None when nothing did or they never decided.

    By person, not by account, and counting decisions no longer in force: those are the ones a change made void.
    """
    last = Decision.objects.filter(case=case, officer__id_number=officer.id_number).order_by("-pk").first()
    if last is None:
        return None
    now = folders.content(case)
    if last.content_digest == canonical.digest(now):
        return None
    kept = SeenContent.objects.filter(case=case, digest=last.content_digest).first()
    return None if kept is None else _between(case, last.decided_at, kept.content, now)


def _between(case: Case, decided_at: datetime, before: dict[str, Any], now: dict[str, Any]) -> Changes:
    old, new = _values(before), _values(now)
    names = [*forms.FIELDS, *sorted((old.keys() | new.keys()) - forms.FIELDS.keys())]
    placements = (
        MaterialPage.objects.filter(material__case=case).select_related("material", "page__original").order_by("pk")
    )
    by_page = {(placed.material.code, placed.page.sha256): placed for placed in placements}
    had, has = _pages(before), _pages(now)
    added = [by_page[key] for key in has if key not in had]
    gone = [by_page[key] for key in had if key not in has]
    return Changes(
        decided_at=decided_at,
        fields=tuple(
            FieldChange(name, old.get(name, ""), new.get(name, ""))
            for name in names
            if old.get(name, "") != new.get(name, "")
        ),
        now_holds=_ticked(case, now, before),
        holds_no_more=_ticked(case, before, now),
        added=tuple(PageChange(placed.material.code, placed) for placed in added),
        gone=tuple(PageChange(placed.material.code, placed, _successor(placed, added)) for placed in gone),
        reordered=list(had) != list(has) and Counter(had) == Counter(has),
    )


def _values(content: dict[str, Any]) -> dict[str, str]:
    name, id_number = content["applicant"]
    return {"applicant_name": name, "applicant_id_number": id_number, **content["form"]}


def _ticked(case: Case, one: dict[str, Any], other: dict[str, Any]) -> tuple[str, ...]:
    """Names of what is ticked in one content and not in the other."""
    known = facts_of(case.subtype.catalogue.meta)
    facts = [known[code].name for code in one["facts"] if code not in other["facts"]]
    materials = [folders.line(case, code).name for code in one["judged"] if code not in other["judged"]]
    return (*facts, *materials)


def _pages(content: dict[str, Any]) -> dict[tuple[str, str], None]:
    return {(code, sha256): None for code, _position, sha256, _original in content["pages"]}


def _successor(gone: MaterialPage, added: list[MaterialPage]) -> MaterialPage | None:
    same = [placed for placed in added if placed.material_id == gone.material_id and placed.position == gone.position]
    return same[0] if same else None
