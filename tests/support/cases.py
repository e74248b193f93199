"""Cases at any stage of their life, made with the verbs the screens use and pages that never saw a camera.

The pages are real JPEGs, stored and placed like any other; only straightening them is left out, which would take
most of a test's time.
"""

from __future__ import annotations

from audit.trail import actions as trail
from capture.pipeline import run
from capture.sessions import storage
from capture.sessions.models import Original, Page
from hukou.accounts import demo
from hukou.accounts.models import Office, Officer
from hukou.catalogue import actions as catalogue
from hukou.catalogue import queries as catalogue_queries
from hukou.catalogue.models import CatalogueVersion
from hukou.kernel import canonical, clock
from workflows.approvals import actions as approvals
from workflows.approvals import notices, under_way
from workflows.archive import actions as archive
from workflows.cases import actions, folders, lacking
from workflows.cases.models import Case, HeldPage, MaterialPage
from workflows.seals import actions as seals
from workflows.seals import queries as seal_queries
from workflows.seals.consent import Pin

from . import casefiles

PIN = "493817"
BEFORE = ("acceptance", "investigation")


def load_catalogue() -> CatalogueVersion:
    """The catalogue as it ships, in force."""
    return catalogue.load(catalogue_queries.SHIPPED.read_bytes())


def drafted(station: Office, clerk: Officer, subtype: str = "1102") -> Case:
    """A case somebody has begun to type."""
    return actions.open_case(station=station, subtype_code=subtype, form=demo.application(), facts=set(), by=clerk)


def accepted(station: Office, clerk: Officer, subtype: str = "1102") -> Case:
    """A numbered case with every paper it needs before the decision."""
    case = drafted(station, clerk, subtype)
    fill(case, clerk)
    return actions.accept_case(case_id=case.pk, by=clerk)


def handed_up(station: Office, clerk: Officer, subtype: str = "1102") -> Case:
    """A case under the clerk's seal that waits at its second level."""
    return sent_up(accepted(station, clerk, subtype), clerk)


def sent_up(case: Case, clerk: Officer) -> Case:
    """An accepted case after the clerk handed it up, with the seal on."""
    approvals.hand_up(case_id=case.pk, by=clerk, consent=Pin(PIN), seen=seen(case))
    return put_on_seals(case)


def decided(case: Case, officer: Officer, outcome: str = "approve") -> Case:
    """The case after `officer` decided the level it waits at, with the seal on."""
    approvals.decide(
        case_id=case.pk,
        level=case.level,
        outcome=outcome,
        by=officer,
        seen=seen(case),
        consent=Pin(PIN),
        opinion="材料齐全，情况属实。",
        legal_basis="《户口登记条例》第十八条" if outcome == "refuse" else "",
    )
    return put_on_seals(case)


def noticed(case: Case) -> Case:
    """A decided case whose notice waits at the desk."""
    notices.issue(case_id=case.pk)
    return again(case)


def filed(case: Case, clerk: Officer) -> Case:
    """A decided case with its notice read, its archive number, and when approved its papers of completion in."""
    notices.issue(case_id=case.pk)
    notices.read(case_id=case.pk, by=clerk)
    if again(case).status == Case.Status.APPROVED:
        fill(case, clerk, "completion")
        archive.complete_case(case_id=case.pk, by=clerk)
    archive.file_case(case_id=case.pk, by=clerk)
    return again(case)


def fill(case: Case, clerk: Officer, *stages: str) -> None:
    """Put pages into the slots of `stages` (those before the decision) until nothing is missing."""
    while missing := folders.of(again(case)).missing_of(*(stages or BEFORE)):
        for slot in missing:
            _lay(case, slot.spec.code, clerk)
        lacking.keep(again(case))


def place(case: Case, material: str, clerk: Officer) -> MaterialPage:
    """One more page in a slot."""
    placed = _lay(case, material, clerk)
    lacking.keep(again(case))
    return placed


def _lay(case: Case, material: str, clerk: Officer) -> MaterialPage:
    slot = case.materials.get(code=material)
    copy = slot.placements.count()
    page = _page(case, material, copy, clerk)
    trail.record("case.page_placed", subject=case, by=clerk, details={"material": material, "sha256": page.sha256})
    return MaterialPage.objects.create(
        material=slot, page=page, position=copy + 1, placed_by=clerk, placed_at=clock.now()
    )


def held(case: Case, material: str, clerk: Officer, level: str = "warn") -> HeldPage:
    """A doubtful page that waits for a word."""
    slot = case.materials.get(code=material)
    page = _page(case, material, 3, clerk)
    return HeldPage.objects.create(material=slot, page=page, level=level, held_by=clerk, held_at=clock.now())


def _page(case: Case, material: str, copy: int, clerk: Officer) -> Page:
    jpeg = casefiles.remarked(casefiles.jpeg(copy=copy % 4), f"{material}/{copy}")
    original, _made = Original.objects.get_or_create(
        sha256=storage.put("originals", jpeg),
        defaults={
            "size": len(jpeg),
            "media_type": "image/jpeg",
            "width": 1240,
            "height": 1754,
            "stored_at": clock.now(),
        },
    )
    return Page.objects.create(
        session=case.session,
        original=original,
        request=canonical.digest({"slot": material, "copy": copy}),
        sha256=storage.put("pages", jpeg),
        size=len(jpeg),
        width=1240,
        height=1754,
        pipeline_version=run.PIPELINE_VERSION,
        parameters={},
        verdict=Page.Verdict.PASS,
        quality={"score": 1, "measures": {}, "findings": []},
        captured_by=clerk,
        captured_at=clock.now(),
    )


def put_on_seals(case: Case) -> Case:
    """Do the sealing jobs now; answers the case as it is afterwards."""
    for application in seal_queries.unfinished(case.pk):
        seals.apply_seal(application.pk)
    return again(case)


def seen(case: Case) -> str:
    """What the screen of an officer who looks now would say they saw."""
    return under_way.look(again(case))


def again(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.with_context().get(pk=case.pk)


def give_seals(*officers: Officer) -> None:
    """A personal seal under the one PIN for each."""
    for officer in officers:
        seals.issue_personal_seal(officer=officer, pin=PIN)
