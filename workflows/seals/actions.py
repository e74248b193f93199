"""Sealing: lay out a document's fields, sign a level inside its decision, put the seal on afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from audit.trail import actions as trail
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from workflows.papers.fonts import printable
from workflows.papers.typesetting import city_minute

from . import drawing, pades, register, sealers, signals, storage, suites, verify
from .consent import NOTHING, Act, Consent
from .errors import NoSeal, SealExpired, SealPending, SealRejected, SealSuspended
from .models import Seal, SealApplication, SealedDocument
from .queries import document_to_sign, expected_of, fields_of, last_seal_of, latest_document
from .register import authorisations, issue_personal_seal, issue_unit_seal, pins
from .stamps import embedding, tokens
from .stamps.tokens import Stamp
from .steps import unit_seal_kind
from .types import Expected, Field, Outcome

__all__ = [
    "apply_seal",
    "issue_personal_seal",
    "issue_unit_seal",
    "prepare_case_file",
    "require_consent",
    "seal_notice",
    "sign_step",
]

State = SealApplication.State
UnitSeal = tuple[Office, str]
"""A unit, and the kind of its seal."""


@transaction.atomic
def prepare_case_file(
    *,
    case_id: int,
    revision: int,
    pdf: bytes,
    fields: Sequence[Field],
    holders: Mapping[str, Officer | UnitSeal] | None = None,
    consent: Consent = NOTHING,
) -> SealedDocument:
    """Store a case file with every signature field laid out and none signed.

    `holders`: field name → the officer, or the unit and the kind of its seal, that will sign it, where that is known
    before the first seal; the field is kept for their seal. `consent`: what its first level will be signed with; a file
    that was signed beforehand is taken as it was then. Raises NoSeal.
    """
    holders = holders or {}
    kept = [_kept_for(field, holders.get(field.name)) for field in fields]
    laid_out = consent.laid_out(case_id, revision) or pades.lay_out(pdf, kept)
    return _new_document(case_id, SealedDocument.Kind.CASE_FILE, revision, laid_out, kept)


def sign_step(
    *,
    case_id: int,
    level: int,
    step: str,
    by: Officer,
    consent: Consent,
    opinion: str,
    office: Office,
    last: bool,
    stead_of: str = "",
    content: str = "",
) -> SealApplication:
    """Sign one level of the newest case file with the officer's own key, inside the transaction of the decision.

    A PIN opens the key here and is forgotten; the signature is stored with the decision and put into the
    file by `apply_seal`. `last`: this decision ends the chain, so the unit's seal follows the officer's. `stead_of`:
    name of the officer in whose stead it is signed; it stands beside the signature. `content`: digest of what the
    officer looked at. Raises WrongPin, PinLocked, NoSeal, SealSuspended, HolderLeft, SealExpired, NoAuthorisation,
    SealPending, KeystoreUnavailable and the other SealErrors.
    """
    document = document_to_sign(case_id)
    if document is None:
        raise LookupError(f"case {case_id} has no case file")
    signed = list(document.applications.values_list("state", flat=True))
    if any(state != State.APPLIED for state in signed):
        raise SealPending
    field = next(f for f in fields_of(document) if f.level == level and f.kind == "personal")
    kind = unit_seal_kind(document.step_seals, step, last=last)  # type: ignore[attr-defined]
    seal, unit_seal = register.pair_for(by, office, kind)
    before = storage.read(document.sha256)

    def lay_out(moment: datetime) -> pades.Prepared:
        panel = drawing.signed_panel(
            seal=drawing.from_json(seal.drawing),
            opinion=printable(opinion),
            signature_lines=[printable(_signature(by, stead_of)), city_minute(moment)],
            width=field.box[2] - field.box[0],
            height=field.box[3] - field.box[1],
        )
        return _prepared(before, field, seal, panel, first=not signed, moment=moment)

    act = Act(by, seal, case_id, {
        "level": level, "step": step, "opinion": opinion, "office": office.pk, "last": last,
        "stead_of": stead_of, "content": content,
    })  # fmt: skip
    with pins.counted(seal):
        done = consent.sign(act, document.sha256, lay_out)
    application = SealApplication.objects.create(
        document=document,
        level=level,
        step=step,
        seal=seal,
        unit_seal=unit_seal,
        signer_name=f"{by.name} {by.number}",
        field=field.name,
        prepared_sha256=done.prepared_sha256,
        place_start=done.start,
        place_end=done.end,
        signature=done.signature,
        signed_at=done.moment,
    )
    trail.record(
        "seal.signed",
        subject=document,
        by=by,
        details={
            "level": level,
            "step": step,
            "certificate": seal.fingerprint,
            "covers": done.covers,
            "signature": canonical.sha256(done.signature),
        },
    )
    _put_on_after_commit(application)
    return application


def _signature(by: Officer, stead_of: str) -> str:
    signed = f"{by.name}（警号 {by.number}）"
    return f"{signed}代{stead_of}签批" if stead_of else signed


def require_consent(*, case_id: int, by: Officer, consent: Consent, to: str) -> None:
    """Let the officer prove who they are where an act puts no seal on. `to`: the act, a word for programs.

    Raises WrongPin, NoSeal, KeystoreUnavailable and the other SealErrors.
    """
    seal = register.personal_seal_of(by)
    with pins.counted(seal):
        consent.prove(Act(by, seal, case_id, {"to": to}))


@transaction.atomic
def apply_seal(application_id: int) -> SealApplication:
    """Put a signed seal into its file, and the unit's seal beside it; verify the whole; go on. Idempotent.

    Raises SealRejected when the result does not verify; nothing is stored then.
    """
    application = (
        SealApplication.objects.select_for_update(of=("self",))
        .select_related("document__case", "seal", "unit_seal__office")
        .get(pk=application_id)
    )
    if application.state == State.APPLIED:
        return application
    document = application.document
    suite = application.seal.suite
    signature, stamp = embedding.stamped(bytes(application.signature), suite=suite)
    pdf = pades.fill(
        storage.read(application.prepared_sha256),
        start=application.place_start,
        end=application.place_end,
        signature=signature,
    )
    signers = [application.seal]
    known = expected_of(document)
    signed = {**known.signed, application.field: application.seal.fingerprint}
    if application.unit_seal is not None:
        # It may have been suspended, revoked or renewed since the decision.
        unit = application.unit_seal
        application.unit_seal = register.unit_seal_of(unit.home, unit.kind, beside=application.seal)
        field = next(f for f in known.fields if f.level == application.level and f.kind == "unit")
        pdf, _stamp = _with_unit_seal(pdf, field, application.unit_seal, first=False)
        signed[field.name] = application.unit_seal.fingerprint
        signers.append(application.unit_seal)
    pdf, closing = _closed(pdf, signers, stamp)
    _require_passed(pdf, Expected(known.fields, signed, stamped=True))
    _store(document, pdf, closing)
    application.stamped_at, application.stamped_by = stamp.moment, stamp.service[:200]
    application.state, application.result_sha256 = State.APPLIED, document.sha256
    application.applied_at, application.failure = clock.now(), ""
    application.attempts += 1
    application.save()
    trail.record(
        "seal.applied",
        subject=document,
        by=None,
        details={
            "level": application.level,
            "document": document.sha256,
            "unit": application.unit_seal_id or 0,
            "stamped_by": stamp.service,
        },
    )
    signals.document_sealed.send(SealApplication, application=application)
    return application


@transaction.atomic
def seal_notice(
    *,
    case_id: int,
    pdf: bytes,
    field: Field,
    office: Office,
    kind: str,
    by: Officer | None = None,
    on: date | None = None,
) -> SealedDocument:
    """Seal a notice with the deciding unit's seal. The same case again answers the notice it has.

    `by`: the officer whose decision it tells of, who served at the unit on that day (`on`, default: today) or was
    authorised by it. Raises NoSeal, SealSuspended, SealExpired, NoAuthorisation, KeystoreUnavailable.
    """
    already = latest_document(case_id, SealedDocument.Kind.NOTICE)
    if already is not None:
        return already
    seal = register.unit_seal_of(office, kind, beside=last_seal_of(case_id))
    if by is not None:
        authorisations.require(by, seal, on)
    field = replace(field, signer=register.subject_of(seal))
    document = _new_document(case_id, SealedDocument.Kind.NOTICE, 1, pades.lay_out(pdf, [field]), [field])
    sealed, stamp = _with_unit_seal(storage.read(document.sha256), field, seal, first=True)
    sealed, closing = _closed(sealed, [seal], stamp)
    _require_passed(sealed, Expected((field,), {field.name: seal.fingerprint}, stamped=True))
    before = document.sha256
    _store(document, sealed, closing)
    now = clock.now()
    SealApplication.objects.create(
        document=document,
        level=0,
        step="notice",
        seal=seal,
        signer_name=seal.title,
        field=field.name,
        state=State.APPLIED,
        prepared_sha256=before,
        place_start=0,
        place_end=0,
        signature=b"",
        result_sha256=document.sha256,
        attempts=1,
        signed_at=now,
        applied_at=now,
        stamped_at=stamp.moment,
        stamped_by=stamp.service[:200],
    )
    trail.record(
        "seal.applied",
        subject=document,
        by=None,
        details={"level": 0, "document": document.sha256, "unit": seal.pk, "stamped_by": stamp.service},
    )
    return document


def _kept_for(field: Field, holder: Officer | UnitSeal | None) -> Field:
    if holder is None:
        return field
    if isinstance(holder, Officer):
        return replace(field, signer=register.subject_of(register.personal_seal_of(holder)))
    try:
        seal = register.unit_seal_of(*holder)
    except (NoSeal, SealSuspended, SealExpired):  # it may well be in order when the unit decides
        return field
    return replace(field, signer=register.subject_of(seal))


def note_failure(application_id: int, why: str) -> None:
    """Remember why a seal could not be put on; the desk shows it and the job tries again."""
    application = SealApplication.objects.select_related("document").get(pk=application_id)
    if application.state == State.APPLIED:
        return
    application.state, application.failure = State.FAILED, why[:300]
    application.attempts += 1
    application.save(update_fields=["state", "failure", "attempts"])
    trail.record(
        "seal.failed",
        subject=application.document,
        by=None,
        details={"level": application.level, "attempts": application.attempts},
    )


def _new_document(case_id: int, kind: str, revision: int, laid_out: bytes, fields: Sequence[Field]) -> SealedDocument:
    document = SealedDocument.objects.create(
        case_id=case_id,
        kind=kind,
        revision=revision,
        sha256=storage.put(laid_out),
        size=len(laid_out),
        fields=[vars(field) | {"box": list(field.box)} for field in fields],
        created_at=clock.now(),
    )
    trail.record("seal.prepared", subject=document, by=None, details={"kind": kind, "document": document.sha256})
    return document


def _prepared(
    pdf: bytes, field: Field, seal: Seal, picture: drawing.Drawing, *, first: bool, moment: datetime
) -> pades.Prepared:
    return pades.prepare(
        pdf,
        field=field.name,
        certificate=register.certificate_of(seal),
        suite=suites.named(seal.suite),
        appearance=pades.Appearance(picture.operators(), picture.width, picture.height),
        first=first,
        moment=moment,
    )


def _with_unit_seal(pdf: bytes, field: Field, seal: Seal, *, first: bool) -> tuple[bytes, Stamp]:
    """Sign at once with a unit's key, which the server holds, and stamp the signature."""
    picture = drawing.fitted(
        drawing.from_json(seal.drawing), width=field.box[2] - field.box[0], height=field.box[3] - field.box[1]
    )
    prepared = _prepared(pdf, field, seal, picture, first=first, moment=clock.now())
    signature, stamp = embedding.stamped(pades.cms(prepared, sealers.of_unit(seal)), suite=seal.suite)
    return prepared.filled(signature), stamp


def _closed(pdf: bytes, seals: Sequence[Seal], stamp: Stamp) -> tuple[bytes, Stamp]:
    """What is needed to check these seals in decades, and a stamp over all of it."""
    certificates = [*map(register.certificate_of, seals), *tokens.certificates_of(stamp.token)]
    return embedding.close(pdf, certificates=certificates, suite=seals[-1].suite, like=stamp)


def _store(document: SealedDocument, pdf: bytes, closing: Stamp) -> None:
    """Keep a closed file's bytes, and until when its newest stamp can be checked."""
    document.sha256, document.size = storage.put(pdf), len(pdf)
    document.stamped_until = tokens.checkable_until(closing.token)
    document.save(update_fields=["sha256", "size", "stamped_until"])


def _require_passed(pdf: bytes, expected: Expected) -> None:
    """Every earlier seal must still hold: the next signature must never break one (users' complaint 6)."""
    report = verify.report(pdf, expected)
    if report.outcome != Outcome.PASSED:
        raise SealRejected(reasons=", ".join(report.every_reason) or report.outcome.value)


def _put_on_after_commit(application: SealApplication) -> None:
    from .tasks import put_on

    put_on.defer(application_id=application.pk)
