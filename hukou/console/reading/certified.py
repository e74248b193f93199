"""The certificate of capture as files: for print, for a program, and for whoever checks it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from audit.trail import export, proving, queries
from capture.sessions import storage
from capture.sessions.errors import FileDamaged, FileMissing
from hukou.accounts.models import Office
from hukou.kernel import clock
from hukou.kernel.clock import CITY_TIME
from workflows.cases import folders
from workflows.papers import capture_certificate
from workflows.papers.capture_certificate import CaptureCertificate, ProofStep

from .bundles import File
from .certificate import Certificate


def files(found: Certificate, proof: proving.EventProof) -> Iterator[File]:
    """Certificate, picture, the bytes of the act, its proof, what was checked here, and the verifier with its key."""
    jpeg = _picture(found)
    yield "certificate.pdf", capture_certificate.render(paper(found, proof), jpeg)
    if jpeg is not None:
        yield f"{found.page.sha256}.jpg", jpeg
    yield from export.proved(1, bytes(found.event.leaf), proof.text)
    yield from export.stamped(proof.head, proof.stamp)
    yield "checks.json", json.dumps(_told(found), ensure_ascii=False, indent=1).encode()
    yield from export.tools()


def paper(found: Certificate, proof: proving.EventProof) -> CaptureCertificate:
    """What the paper says; in Chinese, as every paper of the house."""
    with translation.override("zh-hans"):
        (entry,) = queries.described([found.event])
        case, page, head, stamp = found.case, found.page, proof.head, proof.stamp
        code = folders.title(folders.line(case, found.code))
        return CaptureCertificate(
            bureau=case.station.at_level(Office.Level.CITY).name,
            case_number=case.number or str(case.pk),
            outcome=found.outcome,
            picture=page.sha256,
            rows=(
                (_("Case"), f"{case.number or case.pk} {case.subtype.name_zh}"),
                (_("Material"), code),
                (_("Act"), entry.label),
                (_("When"), f"{_moment(entry.at)} {_('server time, Beijing')}"),
                (_("Who"), f"{entry.who or _('the system')} {entry.duty}"),
                (_("Office"), entry.office or "—"),
                (_("Workstation"), " ".join(filter(None, (entry.workstation, page.device))) or "—"),
                (_("Size"), f"{page.width} × {page.height} {_('pixels')}"),
            ),
            steps=tuple(ProofStep(step.outcome, str(step.words), step.value) for step in found.steps),
            log=(
                (_("Entry"), str(proof.leaf_index)),
                (
                    _("Checkpoint"),
                    _("%(size)s entries, signed %(at)s") % {"size": head.tree_size, "at": _moment(head.at)},
                ),
                (_("Root"), head.root_hex),
                *((_("Witnesses"), f"{seen.witness} {_moment(seen.seen_at)}") for seen in proof.cosignatures),
                *([(_("Time stamp"), f"{stamp.authority} {_moment(stamp.stamped_at)}")] if stamp else []),
            ),
            checked_at=clock.now(),
        )


def _moment(at: Any) -> str:
    return f"{at.astimezone(CITY_TIME):%Y-%m-%d %H:%M:%S}"


def _picture(found: Certificate) -> bytes | None:
    """The page as it is stored; None when it is gone or no longer what it was, which the steps say."""
    try:
        return storage.read("pages", found.page.sha256)
    except (FileMissing, FileDamaged):
        return None


def _told(found: Certificate) -> dict[str, Any]:
    return {
        "outcome": found.outcome,
        "checked_at": clock.now().isoformat(),
        "steps": [{"name": step.name, "outcome": step.outcome, "value": step.value} for step in found.steps],
    }
