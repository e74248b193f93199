"""The picture beside an act: the page captured, the seal put on, the notice issued; only where the reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.trail.types import TimelineEntry
from capture.sessions.models import Page
from hukou.accounts.models import Officer
from hukou.console import images
from workflows.cases.models import Case
from workflows.seals.models import SealApplication
from workflows.seals.register import shelf

SEALED = {"seal.signed", "seal.applied"}


@dataclass(frozen=True)
class Picture:
    """A picture for the margin of the timeline."""

    thumb: str
    full: str
    """Address of the picture at full size, or of the document it is a part of."""
    words: str
    """What it shows, for who does not see it."""
    shape: str
    """page, portrait, seal or sheet."""
    proof: str = ""
    """Address of the certificate of a captured page; "" for other pictures."""


class Album:
    """The pictures of one case that one officer may see. Three questions, whatever the number of acts."""

    def __init__(self, case: Case, officer: Officer, entries: Iterable[TimelineEntry]) -> None:
        self.case, self.officer = case, officer
        of_case = Q(placements__material__case=case) | Q(held__material__case=case)
        # By digest: what an event says of a page is its bytes.
        self.pages = {page.sha256: page for page in Page.objects.filter(of_case).defer("quality").distinct()}
        self._find_seals([entry for entry in entries if entry.action in SEALED])

    def _find_seals(self, entries: list[TimelineEntry]) -> None:
        self.seals: dict[tuple[str, int], tuple[int, int | None]] = {}
        self.visible: dict[int, str] = {}
        if not entries:
            return
        used = SealApplication.objects.filter(document__case=self.case).values_list(
            "document_id", "level", "seal_id", "unit_seal_id"
        )
        for document, level, own, unit in used:
            self.seals[(f"seals.sealeddocument:{document}", level)] = (own, unit)
        asked = {seal for pair in self.seals.values() for seal in pair} | {e.details.get("unit") for e in entries}
        found = shelf.visible(self.officer).filter(pk__in=[seal for seal in asked if seal])
        self.visible = {seal.pk: seal.title for seal in found.defer("drawing", "certificate")}

    def beside(self, entry: TimelineEntry) -> Picture | None:
        """The picture that belongs to an act, None when there is none or this officer may not see it."""
        digest = str(entry.details.get("sha256", ""))
        if digest in self.pages:
            return self._page(self.pages[digest])
        if entry.action in SEALED:
            return self._seal(entry)
        if entry.action == "notice.issued":
            sheet = reverse("document_page", args=[self.case.pk, "notice", 1])
            return Picture(sheet, reverse("case_document", args=[self.case.pk, "notice"]), _("The notice"), "sheet")
        return None

    def _page(self, page: Page) -> Picture:
        portrait = page.kind == Page.Kind.PORTRAIT
        return Picture(
            thumb=images.url(page.sha256, "thumb", self.officer),
            full=images.url(page.sha256, "full", self.officer),
            words=_("The portrait") if portrait else _("The page"),
            shape="portrait" if portrait else "page",
            proof=reverse("case_page_proof", args=[self.case.pk, page.pk]),
        )

    def _seal(self, entry: TimelineEntry) -> Picture | None:
        own, unit = self.seals.get((entry.subject, entry.details.get("level", 0)), (0, None))
        # What an officer signed is their own seal; what the job puts on besides is the unit's, where there is one.
        seal = own if entry.action == "seal.signed" else entry.details.get("unit") or unit or own
        if seal not in self.visible:
            return None
        return Picture(reverse("seal_picture", args=[seal]), reverse("seal", args=[seal]), self.visible[seal], "seal")
