"""Documents that belong to no case, sealed level by level at once: for measuring at the size of a city."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from workflows.papers.fonts import printable
from workflows.papers.typesetting import city_minute

from . import drawing, pades, register, sealers, storage
from .keys.sealer import Sealer
from .models import Seal
from .stamps import embedding, tokens
from .types import Field


@dataclass(frozen=True)
class Signing:
    """One level that is to be signed."""

    officer: Officer
    opinion: str


@dataclass(frozen=True)
class Stage:
    """The document after some levels have been signed."""

    sha256: str
    size: int


def seal_ids(officer: Officer, office: Office, kind: str | None) -> tuple[int, int | None]:
    """Keys of the officer's seal, and of the unit's beside it where `kind` names one. Raises NoSeal."""
    personal, unit = register.pair_for(officer, office, kind)
    return personal.pk, unit.pk if unit else None


def laid_out(pdf: bytes, fields: Sequence[Field]) -> bytes:
    """The document with every field, none signed."""
    return pades.lay_out(pdf, fields)


def sealed_in_turn(pdf: bytes, fields: Sequence[Field], signings: Sequence[Signing], *, pin: str) -> list[Stage]:
    """Sign a laid-out document level by level; the stages, the unsigned one first. Stored, and noted nowhere else.

    The last level of a chain is not for here: no unit's seal goes on. Whoever signs has `pin`. Raises WrongPin, NoSeal, KeystoreUnavailable.
    """
    stages = [Stage(storage.put(pdf), len(pdf))]
    for level, signing in enumerate(signings, 1):
        seal = register.personal_seal_of(signing.officer)
        box = next(field for field in fields if field.level == level and field.kind == "personal")
        width, height = box.box[2] - box.box[0], box.box[3] - box.box[1]
        panel = drawing.signed_panel(
            seal=drawing.from_json(seal.drawing),
            opinion=printable(signing.opinion),
            signature_lines=[
                printable(f"{signing.officer.name}（警号 {signing.officer.number}）"),
                city_minute(clock.now()),
            ],
            width=width,
            height=height,
        )
        pdf = _signed(pdf, box, _sealer(seal, pin), panel, first=level == 1)
        stages.append(Stage(storage.put(pdf), len(pdf)))
    return stages


def _signed(pdf: bytes, field: Field, sealer: Sealer, picture: drawing.Drawing, *, first: bool) -> bytes:
    prepared = pades.prepare(
        pdf,
        field=field.name,
        certificate=sealer.certificate,
        suite=sealer.suite,
        appearance=pades.Appearance(picture.operators(), picture.width, picture.height),
        first=first,
        moment=clock.now(),
    )
    signature, stamp = embedding.stamped(pades.cms(prepared, sealer), suite=sealer.suite.name)
    certificates = [sealer.certificate, *tokens.certificates_of(stamp.token)]
    closed, _closing = embedding.close(
        prepared.filled(signature), certificates=certificates, suite=sealer.suite.name, like=stamp
    )
    return closed


@lru_cache(maxsize=256)
def _sealer(seal: Seal, pin: str) -> Sealer:
    """Opened once: guessing is made slow on purpose, and a demo officer signs many samples."""
    return sealers.of_officer(seal, pin=pin)
