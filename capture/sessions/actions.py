"""Verbs of the camera: open a session, make a page of a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError, transaction

from audit.trail import actions as trail
from capture.pipeline import run
from capture.pipeline.errors import Unreadable
from capture.pipeline.geometry import Corners
from capture.pipeline.types import LIMITS, CameraModel, CaptureResult, Kind, Limits, Picture, Settings, Turn
from capture.stations.models import Camera
from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors, storage, workshop
from .models import CaptureSession, Original, Page
from .queries import findings, said_of

__all__ = ["findings", "open_session", "reprocess", "said_of", "store_pages", "wish", "wish_turned"]


@transaction.atomic
def open_session(*, office: Office, by: Officer, mode: str = "window", reason: str = "") -> CaptureSession:
    """Begin a sitting at a camera of `office`. Modes other than "window" need a reason (domain.md §1)."""
    return CaptureSession.objects.create(
        office=office, opened_by=by, opened_at=clock.now(), mode=CaptureSession.Mode(mode), reason=reason
    )


@trail.records_refusal("page.capture", subject="capture.capturesession", key="session_id")
def store_pages(
    *,
    session_id: int,
    data: bytes,
    claimed_sha256: str | None,
    by: Officer,
    asked: Settings,
    device: str = "",
    camera: Camera | None = None,
    taken_at: datetime | None = None,
) -> list[Page]:
    """Keep a picture untouched and make its pages. The same picture asked for the same way twice gives the same pages.

    `asked`: what the pipeline is told (see `wish`); `camera`: of a registered workstation; `taken_at`: when the
    device says it took the picture. Straightening takes a fraction of a second and holds no lock. The pages come in reading order.
    Raises NotFound, NotPermitted, EmptyUpload, NotAnImage, ImageTruncated, ImageTooLarge, TooManyPixels,
    DigestMismatch, BadCorners, WorkshopBusy, WorkshopFailed, and NoPageFound: the picture is kept all the same, and may be sent with corners.
    """
    session = CaptureSession.objects.filter(pk=session_id).select_related("office").first()
    if session is None:
        raise NotFound
    policies.require(by, "page.capture", session)
    if not data:
        raise errors.EmptyUpload
    sha256 = canonical.sha256(data)
    if claimed_sha256 is not None and claimed_sha256.strip().lower() != sha256:
        raise errors.DigestMismatch
    request = _request(asked)
    known = _known(session, sha256, request)
    if known:
        return known
    try:
        result = workshop.process(data, asked)
    except Unreadable as cause:
        raise errors.from_unreadable(cause) from cause
    except ValueError as cause:
        raise errors.BadCorners from cause
    storage.put("originals", data)
    if not result.pages:
        _keep_original(result.picture)
        raise errors.NoPageFound(original=sha256)
    for found in result.pages:
        storage.put("pages", found.page.jpeg)
        storage.place(storage.path_of("inks", found.page.sha256), found.ink, durable=False)
    try:
        return _record(session, result, request=request, by=by, device=device, camera=camera, taken_at=taken_at)
    except IntegrityError:
        known = _known(session, sha256, request)  # the same picture came a second time while this one was made
        if not known:
            raise
        return known


def wish(
    *,
    kind: str = "page",
    corners: Sequence[Sequence[float]] | None = None,
    turn: int | None = None,
    most: int = 1,
    paper: tuple[float, float] | None = None,
    colour: bool = False,
    least_dpi: int = 200,
    limits: Mapping[str, tuple[float, float]] | None = None,
    camera: CameraModel | None = None,
) -> Settings:
    """What the pipeline is asked for, from what a browser and the catalogue say.

    `corners`: top-left, top-right, bottom-right, bottom-left in pixels of the picture, when a person set them; `turn`:
    clockwise degrees, None to bring the page upright by itself; `most`: pages or cards looked for in the picture.
    Raises BadCorners, BadTurn.
    """
    if turn not in (None, 0, 90, 180, 270):
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
    own = Limits.from_json(limits, LIMITS[cast(Kind, kind)]) if limits else None
    return Settings(
        kind=cast(Kind, kind),
        corners=given,
        turn=cast(Turn | None, turn),
        limits=own,
        most=most,
        camera=camera,
        paper=paper,
        colour=colour,
        least_dpi=least_dpi,
    )


def wish_turned(page: Page, turn: int, **line: Any) -> Settings:
    """As `wish`, for the page again as it is, but turned clockwise by 90, 180 or 270 degrees. Raises BadTurn."""
    if turn not in (90, 180, 270):
        raise errors.BadTurn
    recipe = run.Recipe.from_json(page.parameters)
    corners = None if recipe.kind == "portrait" else recipe.corners
    return wish(kind=recipe.kind, corners=corners, turn=(recipe.turn + turn) % 360, **line)


def reprocess(page: Page) -> bytes:
    """Derive a page again from its kept original. Raises FileMissing, FileDamaged. The same bytes for the same version."""
    recipe = run.Recipe.from_json(page.parameters)
    return run.reprocess(storage.read("originals", page.original.sha256), recipe).jpeg


def _request(asked: Settings) -> str:
    """One word for what was asked of the pipeline, so that asking twice can be told from asking otherwise."""
    return canonical.digest(json.dumps(asdict(asked), sort_keys=True))


def _known(session: CaptureSession, sha256: str, request: str) -> list[Page]:
    return list(
        Page.objects.filter(
            session=session, original__sha256=sha256, request=request, pipeline_version=run.PIPELINE_VERSION
        )
        .select_related("original")
        .order_by("index")
    )


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
    session: CaptureSession,
    result: CaptureResult,
    *,
    request: str,
    by: Officer,
    device: str,
    camera: Camera | None,
    taken_at: datetime | None,
) -> list[Page]:
    original = _keep_original(result.picture)
    pages = []
    for index, found in enumerate(result.pages):
        derived = found.page
        page = Page.objects.create(
            session=session,
            original=original,
            kind=derived.recipe.kind,
            request=request,
            index=index,
            sha256=derived.sha256,
            size=len(derived.jpeg),
            width=derived.width,
            height=derived.height,
            dpi=found.dpi,
            pipeline_version=derived.recipe.version,
            parameters=derived.recipe.as_json(),
            verdict=found.verdict.value,
            quality={
                "score": round(found.score, 3),
                "measures": asdict(found.measures),
                "findings": [asdict(finding) for finding in found.findings],
            },
            captured_by=by,
            captured_at=clock.now(),
            taken_at=taken_at,
            device=device[:120],
            camera=camera,
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
                "index": index,
                "page": page.sha256,
                "verdict": page.verdict,
                "pipeline": page.pipeline_version,
            },
        )
        pages.append(page)
    return pages
