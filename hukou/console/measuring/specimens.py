"""What invented cases share: one page, and for every chain one case file.

For cases under way the file carries the seals of the levels below, and these are real, so that whoever is next can
really decide; what they cover is a specimen and says so. Of decided cases the file is never sealed again: theirs is the empty one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from capture.pipeline import run
from capture.sessions import storage
from capture.sessions.models import Original
from hukou.accounts import demo
from hukou.accounts.models import Office
from hukou.catalogue import queries as catalogue
from hukou.catalogue import sealing
from hukou.catalogue.types import SubTypeSpec
from hukou.console import papers
from hukou.kernel import clock
from workflows.approvals.casefiles import HEADINGS
from workflows.approvals.steps import STEPS
from workflows.papers import approval_form, casefile
from workflows.papers.approval_form import ApprovalForm, LevelFrame
from workflows.seals import samples
from workflows.seals.steps import unit_seal_kind
from workflows.seals.types import Field

from .cast import Team

OPINIONS = {"accept": "同意上报", "review": "情况属实，同意上报", "approve": "同意"}
"""Kind of step → what is written there."""


@dataclass(frozen=True)
class SpecimenPage:
    """The one page in all slots: columns of its row, and the bytes they speak of."""

    columns: dict[str, Any]
    original_sha256: str
    jpeg: bytes


@dataclass(frozen=True)
class CaseFile:
    """One file, empty; and where it is asked for, signed by level 1, by levels 1 and 2, … up to the last but one."""

    stages: list[samples.Stage]
    fields: str
    """As a document's row keeps them: JSON."""


def page(subtypes: list[SubTypeSpec]) -> SpecimenPage:
    """Photograph the application form once and keep it as any page is kept."""
    line = next(line for spec in subtypes for line in spec.materials if line.code == "M_APPLY_FORM")
    data = papers.photograph(line, 0)
    result = run.process(data)
    found = result.pages[0]
    original, _made = Original.objects.get_or_create(
        sha256=storage.put("originals", data),
        defaults={
            "size": result.picture.size,
            "media_type": result.picture.media_type,
            "width": result.picture.width,
            "height": result.picture.height,
            "stored_at": clock.now(),
        },
    )
    storage.put("pages", found.page.jpeg)
    storage.place(storage.path_of("inks", found.page.sha256), found.ink, durable=False)
    columns = {
        "original_id": original.pk,
        "sha256": found.page.sha256,
        "size": len(found.page.jpeg),
        "width": found.page.width,
        "height": found.page.height,
        "pipeline_version": found.page.recipe.version,
        "dpi": found.dpi,
        "parameters": found.page.recipe.as_json(),
        "verdict": found.verdict.value,
        "quality": {"score": round(found.score, 3), "measures": asdict(found.measures), "findings": []},
        "device": "specimen",
    }
    return SpecimenPage(columns, original.sha256, found.page.jpeg)


class CaseFiles:
    """The shared case files, each made when first asked for."""

    def __init__(self, specimen: SpecimenPage) -> None:
        self._specimen = specimen
        self._forms: dict[tuple[str, ...], tuple[bytes, tuple[Field, ...]]] = {}
        self._files: dict[tuple[str, tuple[str, ...]], CaseFile] = {}
        self._said = sealing.said_in(catalogue.current().meta)
        self._seals: dict[tuple[int, int | None, str | None], tuple[int, int | None]] = {}

    def empty(self, team: Team, chain: tuple[str, ...]) -> CaseFile:
        """The file nobody has signed."""
        return self._file(("", chain), team, [])

    def signed(self, team: Team, chain: tuple[str, ...]) -> CaseFile:
        """The file the team's officers of the first turn have signed."""
        signings = [samples.Signing(team.officers[step][0], OPINIONS[step.partition("_")[2]]) for step in chain[:-1]]
        return self._file((team.station.code, chain), team, signings)

    def seals(self, team: Team, turn: int, step: str, *, last: bool) -> tuple[int, int | None]:
        """Keys of the seals that go on at that step: the officer's, and the unit's if there is one."""
        officer, office = team.officers[step][turn], team.offices[step]
        kind = unit_seal_kind(self._said, step, last=last)
        key = (officer.pk, office.pk if kind else None, kind)
        if key not in self._seals:
            self._seals[key] = samples.seal_ids(officer, office, kind)
        return self._seals[key]

    def _file(self, key: tuple[str, tuple[str, ...]], team: Team, signings: list[samples.Signing]) -> CaseFile:
        if key not in self._files:
            if key[1] not in self._forms:
                self._forms[key[1]] = self._form(team, key[1])
            pdf, fields = self._forms[key[1]]
            stages = samples.sealed_in_turn(pdf, fields, signings, pin=demo.pin())
            self._files[key] = CaseFile(
                stages, json.dumps([vars(field) | {"box": list(field.box)} for field in fields])
            )
        return self._files[key]

    def _form(self, team: Team, chain: tuple[str, ...]) -> tuple[bytes, tuple[Field, ...]]:
        composed = approval_form.compose(_specimen_form(team.station.at_level(Office.Level.CITY), chain))
        fields = tuple(
            Field(
                f"level{boxes.level}_{'officer' if kind == 'personal' else 'unit'}",
                boxes.level,
                chain[boxes.level - 1],
                kind,
                box.page,
                box.corners,
            )
            for boxes in composed.boxes
            for kind, box in (("personal", boxes.officer), ("unit", boxes.unit))
            if box is not None
        )
        pdf = casefile.merge(composed.pdf, [self._specimen.jpeg], title="样张")
        return samples.laid_out(pdf, fields), fields


def _specimen_form(bureau: Office, chain: tuple[str, ...]) -> ApprovalForm:
    now, said = clock.now(), sealing.said_in(catalogue.current().meta)
    levels = (
        LevelFrame(
            level,
            HEADINGS[step.partition("_")[2]],
            str(STEPS[step].label),
            unit_seal=unit_seal_kind(said, step, last=level == len(chain)) is not None,
        )
        for level, step in enumerate(chain, 1)
    )
    return ApprovalForm(
        bureau=bureau.name,
        case_number="样张",
        category="样张",
        sub_type="样张",
        applicant_name="样张",
        applicant_id_number="",
        subject="系统测速用样张，不作凭证",
        accepting_office="样张",
        accepted_at=now,
        fields=(),
        facts=(),
        materials=(),
        levels=tuple(levels),
        revision=1,
        made_at=now,
    )
