"""A station and its branch, three officers with seals, and a case whose file they sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from capture.sessions.models import CaptureSession
from hukou.accounts.models import Duty, Office, Officer
from hukou.catalogue.models import CatalogueVersion, SubType
from hukou.kernel import clock
from hukou.registry.models import Person
from tests.support import casefiles
from tests.support.catalogue import shipped
from workflows.cases.models import Case
from workflows.seals import actions, queries, storage
from workflows.seals.consent import Pin
from workflows.seals.models import Seal, SealApplication, SealedDocument
from workflows.seals.register import standing
from workflows.seals.register.standing import State

PIN = "493817"


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    """A data folder of its own: its own authority, keys and documents."""
    settings.HUKOU_DATA_DIR = tmp_path
    return tmp_path


@dataclass(frozen=True)
class Bureau:
    """Who decides at which level."""

    station: Office
    branch: Office
    officers: tuple[Officer, Officer, Officer]

    def at(self, level: int) -> Office:
        """The office that decides a level."""
        return self.branch if level == 3 else self.station


@pytest.fixture
def bureau(db: None, data_dir: Path) -> Bureau:
    city = Office.objects.create(code="990100000000", name="云溪市公安局", short_name="市局", level="city")
    branch = Office.objects.create(
        code="990102000000", name=casefiles.BRANCH, short_name="东湖分局", level="branch", parent=city
    )
    station = Office.objects.create(
        code="990102010000", name=casefiles.STATION, short_name="柳巷所", level="station", parent=branch
    )
    officers = []
    for number, name, office, role in (
        ("010201", "周明", station, "desk_officer"),
        ("010202", "欧阳文", station, "station_leader"),
        ("010203", "郑国强", branch, "branch_officer"),
    ):
        officer = Officer.objects.create(number=number, name=name, id_number=f"id{number}", kind="officer")
        Duty.objects.create(officer=officer, office=office, role=role, starts_on=date(2020, 1, 1))
        actions.issue_personal_seal(officer=officer, pin=PIN)
        officers.append(officer)
    return Bureau(station, branch, (officers[0], officers[1], officers[2]))


@pytest.fixture
def case(bureau: Bureau) -> Case:
    catalogue = CatalogueVersion.objects.create(
        version="t", sha256="0" * 64, meta=dict(shipped().meta), loaded_at=clock.now()
    )
    subtype = SubType.objects.create(
        catalogue=catalogue, code="1102", category_code="11", category_zh="变更更正", category_en="changes",
        name_zh="成年人姓名变更", name_en="name change", data={},
    )  # fmt: skip
    person = Person.objects.create(name="林晓岚", id_number="420704199003071238")
    clerk, now = bureau.officers[0], clock.now()
    session = CaptureSession.objects.create(office=bureau.station, opened_by=clerk, opened_at=now)
    return Case.objects.create(
        station=bureau.station, subtype=subtype, applicant=person, opened_by=clerk, opened_at=now, session=session
    )


@pytest.fixture
def document(case: Case) -> SealedDocument:
    """The case file before its first seal."""
    pdf, fields = casefiles.unsigned()
    return actions.prepare_case_file(case_id=case.pk, revision=1, pdf=pdf, fields=fields)


class Signing:
    """Signs and seals the levels of one document."""

    def __init__(self, bureau: Bureau, document: SealedDocument) -> None:
        self.bureau, self.document = bureau, document

    def sign(self, level: int, pin: str = PIN, opinion: str = "材料齐全,情况属实,同意。") -> SealApplication:
        """The level's own officer decides; the seal is not on yet."""
        return actions.sign_step(
            case_id=self.document.case_id, level=level, step=casefiles.CHAIN[level - 1][0],
            by=self.bureau.officers[level - 1], consent=Pin(pin), opinion=opinion,
            office=self.bureau.at(level), last=level == 3,
        )  # fmt: skip

    def seal(self, level: int) -> SealApplication:
        """Decide and put the seal on."""
        return actions.apply_seal(self.sign(level).pk)

    def bytes(self) -> bytes:
        """The file as it lies on disk now."""
        self.document.refresh_from_db()
        return storage.read(self.document.sha256)

    def expected(self) -> Any:
        """What the register says the file must carry."""
        self.document.refresh_from_db()
        return queries.expected_of(self.document)


@pytest.fixture
def signing(bureau: Bureau, document: SealedDocument) -> Signing:
    return Signing(bureau, document)


@pytest.fixture
def sealed(signing: Signing) -> Signing:
    """All three levels signed and sealed."""
    for level in (1, 2, 3):
        signing.seal(level)
    return signing


@pytest.fixture
def keeper(bureau: Bureau) -> Officer:
    """The branch's officer, who keeps the seals of its stations."""
    return bureau.officers[2]


@pytest.fixture
def seal(bureau: Bureau) -> Seal:
    """The desk officer's seal."""
    return Seal.objects.get(officer=bureau.officers[0])


def state(seal: Seal) -> State:
    return standing.state_of(Seal.objects.get(pk=seal.pk))


def acts(seal: Seal) -> list[str]:
    return list(seal.custody.values_list("act", flat=True))
