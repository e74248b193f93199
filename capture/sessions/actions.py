"""Verbs of the camera: open a session, make a page of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from capture.pipeline import run
from capture.pipeline.errors import Unreadable
from capture.pipeline.geometry import Corners
from capture.pipeline.types import CaptureResult, DerivedPage, Kind, Picture, Settings, Turn
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors, storage
from .models import CaptureSession, Original, Page
from .queries import findings

__all__ = ["findings", "open_session", "reprocess", "store_page", "thumbnail"]

THUMBNAIL = 320
"""Longer side of the small copy shown in slots and lists, pixels."""


@transaction.atomic
def open_session(*, office: Office, by: Officer, mode: str = "window", reason: str = "") -> CaptureSession:
    """Begin a sitting at a camera of `office`. Modes other than "window" need a reason (domain.md §1)."""
    return CaptureSession.objects.create(
        office=office, opened_by=by, opened_at=clock.now(), mode=CaptureSession.Mode(mode), reason=reason
    )


@trail.records_refusal("page.capture", subject="capture.capturesession", key="session_id")
def store_page(
    *,
    session_id: int,
    data: bytes,
    claimed_sha256: str | None,
    by: Officer,
    device: str = "",
    corners: Sequence[Sequence[float]] | None = None,
    turn: int = 0,
    kind: str = "page",
) -> Page:
    """Keep a picture untouched and make a page of it. The same picture asked for the same way twice is one page.

    `corners`: top-left, top-right, bottom-right, bottom-left in pixels of the picture, when a person set them; `turn`:
    clockwise degrees; `kind`: "page" or "portrait". Straightening takes a fraction of a second and holds no lock.
    Raises NotFound, NotPermitted, EmptyUpload, NotAnImage, ImageTruncated, ImageTooLarge, TooManyPixels,
    DigestMismatch, BadCorners, BadTurn, and NoPageFound: the picture is kept all the same, and may be sent with corners.
    """
    session = CaptureSession.objects.filter(pk=session_id).select_related("office").first()
    if session is None:
        raise NotFound
    policies.require(by, "page.capture", session)
    asked = _settings(corners, turn, kind)
    if not data:
        raise errors.EmptyUpload
    sha256 = canonical.sha256(data)
    if claimed_sha256 is not None and claimed_sha256.strip().lower() != sha256:
        raise errors.DigestMismatch
    request = _request(asked)
    known = _known(session, sha256, request)
    if known is not None:
        return known
    try:
        result = run.process(data, asked)
    except Unreadable as cause:
        raise errors.from_unreadable(cause) from cause
    except ValueError as cause:
        raise errors.BadCorners from cause
    storage.put("originals", data)
    if result.page is None:
        _keep_original(result.picture)
        raise errors.NoPageFound(original=sha256)
    storage.put("pages", result.page.jpeg)
    try:
        return _record(session, result, result.page, request=request, by=by, device=device)
    except IntegrityError:
        known = _known(session, sha256, request)  # the same picture came a second time while this one was made
        if known is None:
            raise
        return known


def reprocess(page: Page) -> bytes:
    """Derive a page again from its kept original. Raises FileMissing, FileDamaged. The same bytes for the same version."""
    recipe = run.Recipe.from_json(page.parameters)
    return run.reprocess(storage.read("originals", page.original.sha256), recipe).jpeg


def thumbnail(sha256: str) -> Path:
    """The small copy of the page with this digest, made at first asking. Raises FileMissing, FileDamaged."""
    path = storage.path_of("thumbs", sha256)
    if not path.exists():
        storage.place(path, run.thumbnail(storage.read("pages", sha256), THUMBNAIL))
    return path


def _settings(corners: Sequence[Sequence[float]] | None, turn: int, kind: str) -> Settings:
    if turn not in (0, 90, 180, 270):
        raise errors.BadTurn
    if kind not in ("page", "portrait"):
        raise ValueError(f"no kind of page: {kind!r}")
    given: Corners | None = None
    if corners is not None:
        try:
            tl, tr, br, bl = ((round(float(x), 2), round(float(y), 2)) for x, y in corners)
        except (TypeError, ValueError, OverflowError) as cause:
            raise errors.BadCorners from cause
        given = (tl, tr, br, bl)
    return Settings(kind=cast(Kind, kind), corners=given, turn=cast(Turn, turn))


def _request(asked: Settings) -> str:
    """One word for what was asked of the pipeline, so that asking twice can be told from asking otherwise."""
    corners = None if asked.corners is None else [[f"{x:.2f}", f"{y:.2f}"] for x, y in asked.corners]
    return canonical.digest({"kind": asked.kind, "turn": asked.turn, "corners": corners})


def _known(session: CaptureSession, sha256: str, request: str) -> Page | None:
    return Page.objects.filter(
        session=session, original__sha256=sha256, request=request, pipeline_version=run.PIPELINE_VERSION
    ).first()


def _keep_original(picture: Picture) -> Original:
    """The row of a stored original; of two that come at once the second finds the first's."""
    original, _made = Original.objects.get_or_create(
        sha256=picture.sha256,
        defaults={
            "size": picture.size,
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "stored_at": clock.now(),
        },
    )
    return original


@transaction.atomic
def _record(
    session: CaptureSession, result: CaptureResult, derived: DerivedPage, *, request: str, by: Officer, device: str
) -> Page:
    original = _keep_original(result.picture)
    page = Page.objects.create(
        session=session,
        original=original,
        kind=derived.recipe.kind,
        request=request,
        sha256=derived.sha256,
        size=len(derived.jpeg),
        width=derived.width,
        height=derived.height,
        pipeline_version=derived.recipe.version,
        parameters=derived.recipe.as_json(),
        verdict=result.verdict.value,
        quality={
            "score": round(result.score, 3),
            "measures": asdict(result.measures) if result.measures else {},
            "findings": [asdict(finding) for finding in result.findings],
        },
        captured_by=by,
        captured_at=clock.now(),
        device=device[:120],
    )
    trail.record(
        "page.captured",
        subject=page,
        by=by,
        office=session.office,
        details={
            "session": session.pk,
            "kind": page.kind,
            "original": original.sha256,
            "page": page.sha256,
            "verdict": page.verdict,
            "pipeline": page.pipeline_version,
        },
    )
    return page
