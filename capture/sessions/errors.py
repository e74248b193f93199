"""Why a picture did not become a page, in words for the clerk, and what to do about it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from capture.pipeline.errors import Unreadable
from hukou.kernel.errors import DomainError


class CaptureError(DomainError):
    """The picture cannot become a page."""


class EmptyUpload(CaptureError):
    """No bytes arrived."""

    code = "empty_upload"
    message = _("The file is empty: no picture arrived.")
    next_step = _("Capture the page again, or choose the file again.")


class NotAnImage(CaptureError):
    """The bytes are neither JPEG nor PNG, or cannot be decoded."""

    code = "not_an_image"
    message = _("This is not a picture the archive can read.")
    next_step = _(
        "Use a JPEG or PNG picture. Save a PDF, Word, TIFF or HEIC file as JPEG first, or lay the paper under the camera."
    )


class ImageTruncated(CaptureError):
    """The picture breaks off before its end."""

    code = "image_truncated"
    message = _("The picture is damaged: its end is missing.")
    next_step = _("Send it again; if the file itself is damaged, capture the page again.")


class ImageTooLarge(CaptureError):
    """More bytes than a page can need. `size` and `limit` in MB."""

    code = "image_too_large"
    message = _("The file has {size} MB; at most {limit} MB are taken.")
    next_step = _("Save it as JPEG with at most 300 dpi, or lay the paper under the camera.")


class TooManyPixels(CaptureError):
    """More pixels than a page can need. `size` and `limit` in millions."""

    code = "too_many_pixels"
    message = _("The picture has {size} million pixels; at most {limit} million are taken.")
    next_step = _("Scan it again with at most 300 dpi, or lay the paper under the camera.")


class DigestMismatch(CaptureError):
    """What arrived is not what was sent."""

    code = "digest_mismatch"
    message = _("The picture changed on its way: its SHA-256 is not the one announced.")
    next_step = _("Send it again. If this happens repeatedly, have the network checked.")


class BadCorners(CaptureError):
    """Corners given by hand that no sheet can have."""

    code = "bad_corners"
    message = _("These four corners are not those of a sheet.")
    next_step = _("Drag the corners to the four corners of the paper, in order, without crossing.")


class BadTurn(CaptureError):
    """A turn that is not a quarter turn."""

    code = "bad_turn"
    message = _("A page is turned by 90, 180 or 270 degrees.")
    next_step = _("Choose one of the turn buttons.")


class NoPageFound(CaptureError):
    """No sheet lies in the picture. `original` is the SHA-256 under which it is kept: resend it with corners."""

    code = "no_page_found"
    message = _("No sheet of paper was found in the picture.")
    next_step = _(
        "Lay the paper flat on the mat with all four edges in view and capture again, or drag the four corners yourself."
    )


class WorkshopBusy(CaptureError):
    """Too many photographs are waiting already. `waiting`: how many; `retry_after`: seconds until it is worth trying."""

    code = "workshop_busy"
    message = _("Many pages are being captured at this moment; {waiting} are waiting.")
    next_step = _("The page is kept on this computer and sent again by itself in {retry_after} seconds.")


class WorkshopFailed(CaptureError):
    """This photograph ended or outran the process that worked on it; others are not touched. `why`: one word."""

    code = "workshop_failed"
    message = _("The picture could not be worked on ({why}).")
    next_step = _("Capture the page again. If it happens with the same picture again, tell the administrator.")


class FileDamaged(CaptureError):
    """A stored file no longer has the digest it is named by: disk fault or tampering."""

    code = "file_damaged"
    message = _("A stored file no longer matches its SHA-256 {sha256}.")
    next_step = _("Do not use it. Tell the administrator; restore it from the backup.")


class FileMissing(CaptureError):
    """A file that must be stored is not there."""

    code = "file_missing"
    message = _("The stored file {sha256} is missing.")
    next_step = _("Tell the administrator; restore it from the backup.")


def from_unreadable(cause: Unreadable) -> CaptureError:
    """The pipeline's reason as an error for people."""
    data = dict(cause.data)
    if "megabytes" in data:
        return ImageTooLarge(size=data["megabytes"], limit=data["most"])
    if "megapixels" in data:
        return TooManyPixels(size=data["megapixels"], limit=data["most"])
    plain: dict[str, type[CaptureError]] = {"empty": EmptyUpload, "truncated": ImageTruncated}
    return plain.get(cause.reason, NotAnImage)()
