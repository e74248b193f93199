"""Asks the witnesses to sign each new head (C2SP tlog-witness): they stand where no administrator of this database can reach.

A witness signs only what continues what it signed before. So a rewritten log, even one signed with our own key, is found
by the first of them that is asked.
"""

from __future__ import annotations

import base64
import http.client
import logging
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings

from hukou.kernel import clock

from . import ledger, proofs, publication, queries
from .models import Checkpoint, Cosignature
from .notes import BadNote, CosignatureVerifier

log = logging.getLogger(__name__)

SECONDS = 5
"""How long one answer may take."""
LONGEST_ANSWER = 4096  # bytes


class WitnessFailed(Exception):
    """A witness could not be asked, or gave something that is not its signature."""


class WitnessObjects(Exception):
    """A witness refused: to it, the log does not continue what it saw. Somebody must look at once."""


@dataclass(frozen=True)
class Witness:
    """Somebody to ask."""

    verifier: CosignatureVerifier
    url: str


def configured() -> list[Witness]:
    """The witnesses of HUKOU_WITNESSES. Raises ValueError."""
    found = []
    for said in filter(None, (each.strip() for each in settings.HUKOU_WITNESSES.split(","))):
        key, at, url = said.partition("@")
        if not at or not url.startswith(("http://", "https://")):
            raise ValueError(f"{said!r} is not VKEY@URL")
        found.append(Witness(CosignatureVerifier.parse(key), url.rstrip("/")))
    return found


def show_newest() -> list[str]:
    """Show the published head to every witness that has not seen it. Returns what went wrong, in plain words."""
    checkpoint = Checkpoint.objects.filter(tree_size=publication.published()).first()
    if checkpoint is None:
        return []
    wrong, gained = [], False
    for witness in configured():
        name = witness.verifier.name
        if Cosignature.objects.filter(tree_size=checkpoint.tree_size, witness=name).exists():
            continue
        try:
            _keep(checkpoint, witness, _signed(checkpoint, witness))
            gained = True
        except WitnessObjects as objection:
            log.error("witness %s refuses to sign the log at %d: %s", name, checkpoint.tree_size, objection)
            note_objection(name, checkpoint.tree_size)
            wrong.append(f"{name}: {objection}")
        except WitnessFailed as failed:
            log.warning("witness %s did not sign: %s", name, failed)
            wrong.append(f"{name}: {failed}")
    if gained:
        publication.publish()
    return wrong


def subject_of(name: str) -> str:
    """The subject of events about a witness."""
    return f"trail.witness:{name[:60]}"


def note_objection(name: str, size: int) -> None:
    """Write down that a witness objects; once, until it has signed again."""
    last = queries.events_of(subject_of(name)).last()
    if last is None or Cosignature.objects.filter(witness=name, seen_at__gt=last.at).exists():
        ledger.record("witness.objected", subject=subject_of(name), by=None, details={"size": size})


def _signed(checkpoint: Checkpoint, witness: Witness) -> str:
    """The signature line of a witness. Raises WitnessFailed, WitnessObjects."""
    seen = Cosignature.objects.filter(witness=witness.verifier.name).order_by("-tree_size").first()
    old = seen.tree_size if seen else 0
    status, kind, words = _ask(witness, _request(checkpoint, old))
    if status == http.HTTPStatus.CONFLICT and kind.startswith("text/x.tlog.size") and words.strip().isdecimal():
        old = int(words)  # it saw more than we remember, e.g. our last answer got lost
        if old > checkpoint.tree_size:
            raise WitnessObjects(f"it has seen {old} entries, there are {checkpoint.tree_size}")
        status, kind, words = _ask(witness, _request(checkpoint, old))
    if status in (http.HTTPStatus.CONFLICT, http.HTTPStatus.UNPROCESSABLE_ENTITY):
        raise WitnessObjects(words.strip()[:200])
    if status != http.HTTPStatus.OK:
        raise WitnessFailed(f"it answered {status}")
    return words


def _request(checkpoint: Checkpoint, old: int) -> bytes:
    steps = proofs.consistency(publication.tiles(), old, checkpoint.tree_size) if old else []
    lines = [f"old {old}", *(base64.b64encode(step).decode() for step in steps)]
    return ("\n".join(lines) + "\n\n" + checkpoint.note).encode()


def _ask(witness: Witness, body: bytes) -> tuple[int, str, str]:
    request = urllib.request.Request(f"{witness.url}/add-checkpoint", body, method="POST")  # noqa: S310 - see `configured`
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return answer.status, answer.headers.get("Content-Type", ""), _text(answer.read(LONGEST_ANSWER))
    except urllib.error.HTTPError as told:
        with told:
            return told.code, told.headers.get("Content-Type", ""), _text(told.read(LONGEST_ANSWER))
    except (OSError, http.client.HTTPException) as down:
        raise WitnessFailed(f"it cannot be reached ({type(down).__name__})") from down


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _keep(checkpoint: Checkpoint, witness: Witness, answer: str) -> None:
    """Store the line of this witness from its answer, once it is verified. Raises WitnessFailed."""
    for line in answer.splitlines():
        try:
            seconds = witness.verifier.open(checkpoint.note, line)
        except BadNote:
            continue
        seen_at = datetime.fromtimestamp(seconds, UTC)
        if abs((seen_at - clock.now()).total_seconds()) > 86_400:
            raise WitnessFailed(f"its clock says {seen_at.isoformat()}")
        Cosignature.objects.get_or_create(
            tree_size=checkpoint.tree_size, witness=witness.verifier.name, defaults={"line": line, "seen_at": seen_at}
        )
        return
    raise WitnessFailed("its answer is not its signature")
