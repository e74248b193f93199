"""Why a device cannot be registered or calibrated, in words for the officer in front of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import DomainError, WrongState


class StationError(DomainError):
    """Something about a workstation or its cameras."""


class NameMissing(StationError):
    """A workstation without a name."""

    code = "station_name_missing"
    message = _("The workstation has no name yet.")
    next_step = _("Give it the name people call it by, for example “1 号窗口”.")


class NameTaken(StationError):
    """Two workstations of one office with one name."""

    code = "station_name_taken"
    message = _("There is a workstation of this name at this office already.")
    next_step = _("Choose another name; or, if this is the same window with a new browser, register that one again.")


class RevokedAlready(WrongState):
    """The workstation is out of use."""

    code = "station_revoked"
    message = _("This workstation has been revoked.")
    next_step = _("Register this browser as a new workstation.")


class RevokingReasonMissing(StationError):
    """Revoking without saying why."""

    code = "station_reason_missing"
    message = _("Say why the workstation is revoked.")
    next_step = _("Write the reason, for example: the computer was replaced.")


class BeatUnreadable(StationError):
    """The heartbeat is not what the module sends."""

    code = "beat_unreadable"
    message = _("The list of cameras cannot be read.")
    next_step = _("Reload the page.")


class OtherWorkstation(WrongState):
    """Calibrating from another desk."""

    code = "other_workstation"
    message = _("This camera belongs to another workstation.")
    next_step = _("Calibrate it at the workstation it is plugged into, in the browser registered there.")


class PictureUnreadable(StationError):
    """The bytes are no whole picture."""

    code = "picture_unreadable"
    message = _("The picture did not arrive whole.")
    next_step = _("Take it again.")


class SheetNotFound(StationError):
    """Too few corners of the sheet in the picture."""

    code = "sheet_not_found"
    message = _("The calibration sheet was not found in the picture.")
    next_step = _(
        "Lay the printed sheet flat under the camera, most of its squares in view, without glare, and take it again."
    )


class SheetBlurred(StationError):
    """The sheet is not sharp."""

    code = "sheet_blurred"
    message = _("The calibration sheet is blurred (sharpness {measure}, wanted {limit}).")
    next_step = _(
        "Wait until the camera has focused, wipe its lens, and take the picture again without touching the table."
    )


class SheetNotMoved(StationError):
    """A view that says nothing new."""

    code = "sheet_not_moved"
    message = _("The sheet lies where it lay in an earlier picture.")
    next_step = _("Move it to the next place in the list and take the picture again.")


class MatNotEmpty(StationError):
    """Something lies on the mat."""

    code = "mat_not_empty"
    message = _("The mat is not empty, or the lamp is mirrored in it.")
    next_step = _("Take everything off the mat, turn the lamp away, and take the picture again.")


class NotACard(StationError):
    """No plain grey in the middle."""

    code = "not_a_grey_card"
    message = _("There is no plain grey card in the middle of the picture.")
    next_step = _(
        "Lay the grey card in the middle of the mat, without shadow or print on it, and take the picture again."
    )


class CardTooDark(StationError):
    """Underexposed."""

    code = "grey_too_dark"
    message = _("The grey card comes out too dark (level {measure}, wanted at least {limit}).")
    next_step = _("Turn on the camera's lamp or the room light and take the picture again.")


class CardTooLight(StationError):
    """Overexposed."""

    code = "grey_too_light"
    message = _("The grey card comes out too light (level {measure}, wanted at most {limit}).")
    next_step = _("Lower the camera's exposure or its lamp and take the picture again. White paper is not a grey card.")


class ColouredLight(StationError):
    """A cast no gain should mend."""

    code = "coloured_light"
    message = _("The light on the mat is strongly coloured.")
    next_step = _("Use white light, switch the camera's white balance to automatic, and take the picture again.")


class RulerUnreadable(StationError):
    """The measured ruler is no number."""

    code = "ruler_unreadable"
    message = _("The measured length of the ruler is no number.")
    next_step = _("Measure the printed ruler with a real one and write millimetres, for example 99.5.")


class PrintedWrong(StationError):
    """The sheet has the wrong scale."""

    code = "sheet_wrong_scale"
    message = _("The sheet was printed at the wrong scale.")
    next_step = _("Print it again at 100 %, without “fit to page”; its ruler must measure between 90 and 110 mm.")


class OtherSize(StationError):
    """The pictures differ in size."""

    code = "pictures_other_size"
    message = _("The pictures do not all have the same size.")
    next_step = _("Start again and do not change the camera's resolution in between.")


class PoorFit(StationError):
    """No lens bends a flat sheet like that."""

    code = "sheet_not_straight"
    message = _("The pictures do not fit together: the sheet is not flat, or it moved.")
    next_step = _("Glue the sheet to stiff cardboard or press it flat, and start again.")


class Raised(StationError):
    """The scale differs between views."""

    code = "sheet_raised"
    message = _("The sheet or the camera was raised between the pictures.")
    next_step = _("Leave the camera's arm as it is used, keep the sheet on the mat, and start again.")


class Incomplete(StationError):
    """Too few views."""

    code = "calibration_incomplete"
    message = _("Pictures are still missing for the calibration.")
    next_step = _("Take the pictures that are still open in the list.")


class PictureForgotten(StationError):
    """A look that is too old, of another camera, or not ours."""

    code = "picture_forgotten"
    message = _("The pictures taken before are no longer valid.")
    next_step = _("Start again; a calibration is to be finished within an hour.")


REFUSED: dict[str, type[StationError]] = {
    "no_sheet": SheetNotFound,
    "blurred": SheetBlurred,
    "mat_not_empty": MatNotEmpty,
    "not_a_card": NotACard,
    "too_dark": CardTooDark,
    "too_light": CardTooLight,
    "coloured_light": ColouredLight,
}
"""Why one picture cannot be used, by the pipeline's reason."""
UNFIT: dict[str, type[StationError]] = {
    "wrong_scale": PrintedWrong,
    "other_size": OtherSize,
    "poor_fit": PoorFit,
    "not_flat": Raised,
}
"""Why the pictures together cannot be used, by the pipeline's problem."""
