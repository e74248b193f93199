"""The papers of an invented case: its sitting at the camera, its slots and the one page in all of them."""

from __future__ import annotations

from collections.abc import Iterator

from capture.sessions.models import CaptureSession, Page
from hukou.kernel import canonical
from workflows.cases.folders import PORTRAIT
from workflows.cases.models import Material, MaterialPage

from . import MARK
from .specimens import SpecimenPage
from .subjects import Subject
from .tables import Sheet, keys


class Folders:
    """The sheets of sittings, slots and pages."""

    def __init__(self, specimen: SpecimenPage) -> None:
        self._specimen = specimen
        self.sessions = Sheet(CaptureSession, "id", "office_id", "opened_by_id", "opened_at", reason=MARK)
        self.slots = Sheet(Material, "case_id", "code", "position")
        self.filled = Sheet(Material, "id", "case_id", "code", "position")
        self.pages = Sheet(
            Page, "id", "session_id", "kind", "request", "captured_by_id", "captured_at", **specimen.columns
        )
        self.placements = Sheet(MaterialPage, "material_id", "page_id", "position", "placed_by_id", "placed_at")
        self.sheets = (self.sessions, self.slots, self.filled, self.pages, self.placements)
        self._sessions: Iterator[int] = keys(CaptureSession)
        self._slots: Iterator[int] = keys(Material)
        self._pages: Iterator[int] = keys(Page)
        self._empty: dict[str, str] = {}
        self._contents: dict[tuple[str, object], str] = {}

    def session(self, subject: Subject) -> int:
        """The sitting of a case."""
        key, team = next(self._sessions), subject.team
        clerk = team.clerks[subject.turn]
        self.sessions.add(id=key, office_id=team.station.pk, opened_by_id=clerk.pk, opened_at=subject.life.opened_at)
        return key

    def add(self, subject: Subject, case: int, session: int) -> None:
        """The slots of a case and what lies in them."""
        if not subject.with_pages:
            self.slots.rows.append(self._lines(subject) % {"case_id": case})
            return
        held, clerk = dict(subject.papers), subject.team.clerks[subject.turn].pk
        at = subject.life.accepted_at or subject.life.opened_at
        for position, line in enumerate(subject.kind.spec.materials, 1):
            slot = next(self._slots)
            self.filled.add(id=slot, case_id=case, code=line.code, position=position)
            for place in range(1, held.get(line.code, 0) + 1):
                page = next(self._pages)
                self.pages.add(
                    id=page,
                    session_id=session,
                    kind="portrait" if line.code == PORTRAIT else "page",
                    request=f"{line.code}/{place}",
                    captured_by_id=clerk,
                    captured_at=at,
                )
                self.placements.add(material_id=slot, page_id=page, position=place, placed_by_id=clerk, placed_at=at)

    def content(self, subject: Subject, form: dict[str, str]) -> str:
        """What `workflows.cases.folders.content_digest` answers for the case once it is written."""
        key = (subject.kind.spec.code, subject.papers)
        if key not in self._contents:
            self._contents[key] = self._content(subject)
        who = subject.citizen
        values = {"number": subject.number, "name": who.name, "id_number": who.id_number, **form}
        return canonical.sha256((self._contents[key] % values).encode())

    def _lines(self, subject: Subject) -> str:
        """All slots of a case of this sub-type, but for the case."""
        code, lines = subject.kind.spec.code, subject.kind.spec.materials
        if code not in self._empty:
            empty = [self.slots.line(code=line.code, position=at) for at, line in enumerate(lines, 1)]
            self._empty[code] = "".join(empty)
        return self._empty[code]

    def _content(self, subject: Subject) -> str:
        """Canonical content of all cases of this sub-type with these papers, but for what names the citizen."""
        page, held = self._specimen, dict(subject.papers)
        content = {
            "case": "%(number)s",
            "subtype": subject.kind.spec.code,
            "catalogue": subject.kind.row.catalogue.version,
            "applicant": ["%(name)s", "%(id_number)s"],
            "form": {name: f"%({name})s" for name in ("subject_name", "address", "reason")},
            "facts": [],
            "judged": [],
            "pages": [
                [line.code, place, page.columns["sha256"], page.original_sha256]
                for line in subject.kind.spec.materials
                for place in range(1, held.get(line.code, 0) + 1)
            ],
        }
        return canonical.encode(content).decode()
