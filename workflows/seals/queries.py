"""Questions about seals and sealed documents."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.db.models import F

from audit.trail import queries as trail
from hukou.accounts.models import Officer

from . import register, storage
from .errors import SealError
from .models import Seal, SealApplication, SealedDocument
from .types import Expected, Field


def latest_document(case_id: int, kind: str, *, lock: bool = False) -> SealedDocument | None:
    """The newest document of that kind (case_file, notice) of a case; `lock` holds it until the transaction ends."""
    documents = SealedDocument.objects.select_for_update() if lock else SealedDocument.objects.all()
    return documents.filter(case_id=case_id, kind=kind).order_by("-revision").first()


def document_to_sign(case_id: int) -> SealedDocument | None:
    """The newest case file, held until the transaction ends, with `step_seals`: what its catalogue says of seals."""
    documents = SealedDocument.objects.select_for_update(of=("self",)).annotate(
        step_seals=F("case__subtype__catalogue__meta__seal_by_step")
    )
    return documents.filter(case_id=case_id, kind=SealedDocument.Kind.CASE_FILE).order_by("-revision").first()


def document(case_id: int, kind: str, revision: int) -> SealedDocument | None:
    """One revision of a document, void or not."""
    return SealedDocument.objects.filter(case_id=case_id, kind=kind, revision=revision).first()


def documents_of(case_id: int) -> list[SealedDocument]:
    """Every document of a case, older revisions too."""
    return list(SealedDocument.objects.filter(case_id=case_id))


def document_path(sha256: str) -> Path:
    """Where the bytes of a document lie."""
    return storage.path_of(sha256)


def last_seal_of(case_id: int) -> Seal | None:
    """The officer's seal put last on the newest case file; None before the first."""
    document = latest_document(case_id, SealedDocument.Kind.CASE_FILE)
    application = document.applications.select_related("seal").last() if document else None
    return application.seal if application else None


def live_seal_of(officer: Officer) -> Seal | None:
    """The officer's seal that is valid now, if they have one."""
    try:
        return register.personal_seal_of(officer)
    except SealError:  # suspended, locked, run out, left behind
        return None


def unfinished(case_id: int) -> list[SealApplication]:
    """Seals of a case that are signed but not on yet, or failed."""
    waiting = SealApplication.objects.filter(document__case_id=case_id).exclude(state=SealApplication.State.APPLIED)
    return list(waiting.select_related("document", "seal__office__parent__parent", "seal__post__parent__parent"))


def titles_of(subjects: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Key and title of the seals among subjects ("seals.seal:7"), for whoever sees alerts about them. No question for none."""
    keys = [key for kind, _, key in (subject.partition(":") for subject in subjects) if kind == "seals.seal"]
    found = Seal.objects.filter(pk__in=keys).values_list("pk", "title") if keys else ()
    return {f"seals.seal:{pk}": (pk, title) for pk, title in found}


def fields_of(document: SealedDocument) -> tuple[Field, ...]:
    """The signature fields of a document, in signing order."""
    return tuple(Field(**(stored | {"box": tuple(stored["box"])})) for stored in document.fields)


def expected_of(document: SealedDocument) -> Expected:
    """What the register knows the document must carry now."""
    on = document.applications.filter(state=SealApplication.State.APPLIED).select_related("seal", "unit_seal")
    signed = _signed(document, on)
    return Expected(
        fields=fields_of(document),
        signed=signed,
        sha256=document.sha256,
        told=_told(document) if signed else "",
        stamped=document.stamped_until is not None,
    )


def expected_by_digest(sha256: str) -> Expected | None:
    """What the register knows of a file with these bytes; None when they are not ours.

    An earlier state of a document is told apart by `Expected.later`; one that only got a newer stamp since is not.
    """
    document = SealedDocument.objects.filter(sha256=sha256).first()
    if document is not None:
        return expected_of(document)
    stage = SealApplication.objects.filter(result_sha256=sha256).select_related("document").first()
    if stage is None:
        return None
    on = stage.document.applications.filter(state=SealApplication.State.APPLIED).select_related("seal", "unit_seal")
    return Expected(
        fields=fields_of(stage.document),
        signed=_signed(stage.document, on.filter(pk__lte=stage.pk)),
        sha256=sha256,
        stamped=stage.stamped_at is not None,
        later=on.filter(pk__gt=stage.pk).exists(),
    )


def _signed(document: SealedDocument, applications: Iterable[SealApplication]) -> dict[str, str]:
    """Field name → fingerprint of the certificate that signed it."""
    signed: dict[str, str] = {}
    unit_fields = {field.level: field.name for field in fields_of(document) if field.kind == "unit"}
    for application in applications:
        signed[application.field] = application.seal.fingerprint
        if application.unit_seal is not None and application.level in unit_fields and application.level:
            signed[unit_fields[application.level]] = application.unit_seal.fingerprint
    return signed


def _told(document: SealedDocument) -> str:
    """The digest the trail was told when the newest seal or stamp went on: a row may be rewritten, the trail not."""
    told = trail.events_of(document).filter(action__in=("seal.applied", "seal.stamp_renewed")).last()
    return str(told.details["document"]) if told else ""
