"""What was decided on an invented case and what came of it: seals, the case file, the notice, the archive."""

from __future__ import annotations

from collections.abc import Iterator

from hukou.kernel import canonical, numbers
from workflows.approvals import notices
from workflows.approvals.models import Decision, NoticeIssue
from workflows.archive.models import ArchiveRecord, ArchiveVersion
from workflows.seals.models import SealApplication, SealedDocument

from .lives import SEALING, Act
from .specimens import OPINIONS, CaseFile, CaseFiles
from .subjects import BLOCK, Subject
from .tables import NULL, Sheet, keys

Outcome, State = Decision.Outcome, SealApplication.State
REFUSED_BECAUSE = "材料与登记不符，经核查不符合规定条件"
RETURNED_BECAUSE = "证明材料不清晰，请补充后重新上报"
LEGAL_BASIS = "《户口居民身份证管理工作规范（试行）》"
NO_FIELDS = "[]"
_MANIFEST = canonical.encode(
    {"archive_number": "%(shelf)s", "case_number": "%(number)s", "content": "%(content)s", "version": 1, "files": []}
).decode()


class Decided:
    """The sheets of decisions and their consequences."""

    def __init__(self, files: CaseFiles) -> None:
        self._files = files
        self.documents = Sheet(
            SealedDocument, "id", "case_id", "kind", "sha256", "size", "fields", "created_at", revision=1
        )
        self.seals = Sheet(
            SealApplication,
            *("id", "document_id", "level", "step", "seal_id", "unit_seal_id", "signer_name", "field"),
            *("prepared_sha256", "result_sha256", "signed_at", "applied_at"),
            state=State.APPLIED,
            place_start=0,
            place_end=0,
            signature=b"",  # it stands in the shared file
            attempts=1,
        )
        self.decisions = Sheet(
            Decision,
            *("case_id", "level", "step", "officer_id", "office_id", "officer_name", "office_name"),
            *("outcome", "opinion", "legal_basis", "alone", "content_digest", "application_id", "decided_at"),
            revision=1,
        )
        self.notices = Sheet(
            NoticeIssue, "case_id", "number", "check_code", "document_id", "issued_at", "read_at", "read_by_id"
        )
        self.records = Sheet(ArchiveRecord, "id", "case_id", "number", "year", "retention")
        self.versions = Sheet(
            ArchiveVersion, "record_id", "manifest", "manifest_sha256", "made_by_id", "made_at", number=1
        )
        self.sheets = (self.documents, self.seals, self.decisions, self.notices, self.records, self.versions)
        self._documents: Iterator[int] = keys(SealedDocument)
        self._seals: Iterator[int] = keys(SealApplication)
        self._records: Iterator[int] = keys(ArchiveRecord)
        self._known: dict[tuple[object, ...], tuple[str, str]] = {}

    def add(self, subject: Subject, case: int, content: str) -> None:
        """Everything from the first decision on; of a case nobody has handed up, nothing."""
        life, chain = subject.life, subject.kind.spec.chain
        if not life.acts:
            return
        file = self._files.empty(subject.team, chain) if life.closed_at else self._files.signed(subject.team, chain)
        document = self._case_file(subject, case, file)
        for act in life.acts:
            decision, seal = self._lines(subject, file, act)
            key: int | str = NULL
            if act.outcome != Outcome.RETURN:
                key = next(self._seals)
                values = {"id": key, "document_id": document, "signed_at": act.at, "applied_at": act.at + SEALING}
                self.seals.rows.append(seal % values)
            told = {"case_id": case, "content_digest": content, "application_id": key, "decided_at": act.at}
            self.decisions.rows.append(decision % told)
        if life.closed_at is not None:
            self._notice(subject, case, file)
        if life.filed_at is not None:
            self._filed(subject, case, content)

    def _case_file(self, subject: Subject, case: int, file: CaseFile) -> int:
        life, key = subject.life, next(self._documents)
        stage = file.stages[-1 if life.closed_at else sum(act.outcome != Outcome.RETURN for act in life.acts)]
        self.documents.add(
            id=key,
            case_id=case,
            kind=SealedDocument.Kind.CASE_FILE.value,
            sha256=stage.sha256,
            size=stage.size,
            fields=file.fields,
            created_at=life.acts[0].at,
        )
        return key

    def _lines(self, subject: Subject, file: CaseFile, act: Act) -> tuple[str, str]:
        """A decision of this officer and its seal, but for the case: officers decide alike, again and again."""
        team, chain = subject.team, subject.kind.spec.chain
        key = (team.station.pk, subject.turn, chain, len(file.stages), act.level, act.outcome)
        if key not in self._known:
            step, last = chain[act.level - 1], act.level == len(chain)
            officer, office = team.officers[step][subject.turn], team.offices[step]
            seal, unit_seal = self._files.seals(team, subject.turn, step, last=last)
            stages = [stage.sha256 for stage in file.stages]
            decision = self.decisions.line(
                level=act.level,
                step=step,
                officer_id=officer.pk,
                office_id=office.pk,
                officer_name=officer.name,
                office_name=office.name,
                outcome=str(act.outcome),
                opinion=_opinion(step, act),
                alone=len(chain) == 1,
                legal_basis=LEGAL_BASIS if act.outcome == Outcome.REFUSE else "",
            )
            sealed = self.seals.line(
                level=act.level,
                step=step,
                seal_id=seal,
                unit_seal_id=unit_seal or NULL,
                signer_name=f"{officer.name} {officer.number}",
                field=f"level{act.level}_officer",
                prepared_sha256=stages[min(act.level, len(stages)) - 1],
                result_sha256=stages[min(act.level, len(stages) - 1)],
            )
            self._known[key] = decision, sealed
        return self._known[key]

    def _notice(self, subject: Subject, case: int, file: CaseFile) -> None:
        life, number, document = subject.life, subject.number or "", next(self._documents)
        self.documents.add(
            id=document,
            case_id=case,
            kind=SealedDocument.Kind.NOTICE.value,
            sha256=file.stages[0].sha256,
            size=file.stages[0].size,
            fields=NO_FIELDS,
            created_at=life.closed_at,
        )
        read_at = life.completed_at or life.filed_at
        self.notices.add(
            case_id=case,
            number=f"TZ-{number}",
            check_code=notices.code_for(number),
            document_id=document,
            issued_at=life.closed_at,
            read_at=read_at or NULL,
            read_by_id=subject.team.clerks[subject.turn].pk if read_at else NULL,
        )

    def _filed(self, subject: Subject, case: int, content: str) -> None:
        filed_at = subject.life.filed_at
        assert filed_at is not None
        record, year, retention = next(self._records), filed_at.year, subject.kind.spec.retention
        sequence = subject.place % BLOCK + 1
        shelf = numbers.archive_number(unit=subject.unit, year=year, retention=retention, sequence=sequence)
        self.records.add(id=record, case_id=case, number=shelf, year=year, retention=retention)
        manifest = _MANIFEST % {"shelf": shelf, "number": subject.number, "content": content}
        self.versions.add(
            record_id=record,
            manifest=manifest,
            manifest_sha256=canonical.sha256(manifest.encode()),
            made_by_id=subject.team.clerks[subject.turn].pk,
            made_at=filed_at,
        )


def _opinion(step: str, act: Act) -> str:
    if act.outcome == Outcome.APPROVE:
        return OPINIONS[step.partition("_")[2]]
    return RETURNED_BECAUSE if act.outcome == Outcome.RETURN else REFUSED_BECAUSE
