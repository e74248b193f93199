"""An officer's consent to an act: a PIN that opens their key here, or a signature their own UKey made elsewhere.

Verbs take a `Consent` and never ask which. With a UKey the officer's browser asks twice. First the verb is run as a
`Rehearsal`: everything is checked and laid out as if it were decided, and where the signature would be made the act
ends with `Laid` and is rolled back whole. What was laid out is kept for some minutes; the UKey signs its attributes;
and the same verb is run again with `Presigned`. So what is signed is what the verb itself would have signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock

from . import pades, preparations, register, sealers, signeddata, storage, suites
from .errors import PreparationUnfit
from .keys.sealer import require_fit
from .models import Preparation, Seal


@dataclass(frozen=True)
class Act:
    """Who agrees to what. All of it is bound to the signature that was made for it."""

    by: Officer
    seal: Seal
    case_id: int
    said: dict[str, str | int | bool]
    """Everything the act was asked with: level, step, opinion, digest of what was looked at, …"""

    @property
    def binding(self) -> str:
        """SHA-256 over all of it."""
        return canonical.digest({"by": self.by.pk, "seal": self.seal.fingerprint, "case": self.case_id} | self.said)

    def statement(self, nonce: str) -> bytes:
        """What is signed where no document is: text, so it can never pass for the attributes of a document."""
        return f"hukou-earchive consent\n{self.by.number}\n{self.binding}\n{nonce}\n".encode()


@dataclass(frozen=True)
class Signed:
    """A document with an empty place, and the container that belongs into it."""

    prepared_sha256: str
    start: int
    end: int
    covers: str
    """Digest of the document as signed, hexadecimal."""
    signature: bytes
    moment: datetime


LayOut = Callable[[datetime], pades.Prepared]


class Consent(Protocol):
    """Whatever lets an officer's seal be used."""

    @property
    def for_many(self) -> bool:
        """Whether it holds for several acts at once."""
        ...

    def sign(self, act: Act, document_sha256: str, lay_out: LayOut) -> Signed:
        """Sign a document: `lay_out` makes the place in it. Raises SealError, Laid."""
        ...

    def prove(self, act: Act) -> None:
        """Let the officer prove who they are where nothing is sealed. Raises SealError, Laid."""
        ...

    def laid_out(self, case_id: int, revision: int) -> bytes | None:
        """The unsigned document that was signed beforehand, where this act makes a new one."""
        ...


class Laid(Exception):
    """A rehearsal came to the place of the signature. The act is rolled back; this is what is to be signed."""

    def __init__(self, preparation: Preparation) -> None:
        self.preparation = preparation
        super().__init__()


@dataclass(frozen=True)
class Pin:
    """The PIN, typed for this act."""

    value: str = field(repr=False)
    for_many = True

    def sign(self, act: Act, document_sha256: str, lay_out: LayOut) -> Signed:
        """Open the key, sign, forget."""
        sealer, now = sealers.of_officer(act.seal, pin=self.value), clock.now()
        prepared = lay_out(now)
        signature = pades.cms(prepared, sealer)
        covers = prepared.document_digest.hex()
        return Signed(storage.put(prepared.pdf), prepared.start, prepared.end, covers, signature, now)

    def prove(self, act: Act) -> None:
        """Let the key sign that its officer agrees."""
        sealers.of_officer(act.seal, pin=self.value).sign(act.statement(clock.now().isoformat()))

    def laid_out(self, case_id: int, revision: int) -> bytes | None:
        """Nothing was laid out before."""
        return None


NOTHING = Pin("")
"""No consent: every key refuses it."""


@dataclass(frozen=True)
class Rehearsal:
    """Run the act up to the signature and learn what is to be signed."""

    for_many = False

    def sign(self, act: Act, document_sha256: str, lay_out: LayOut) -> Signed:
        """Lay the document out and end. Raises Laid."""
        now = clock.now()
        raise Laid(preparations.of_document(act, document_sha256, lay_out(now), now))

    def prove(self, act: Act) -> None:
        """Lay the statement out and end. Raises Laid."""
        raise Laid(preparations.of_statement(act, clock.now()))

    def laid_out(self, case_id: int, revision: int) -> bytes | None:
        """This is the first time."""
        return None


@dataclass(frozen=True)
class Presigned:
    """A signature the officer's own UKey made over what a rehearsal laid out."""

    preparation: str
    """Its token."""
    signature: bytes = field(repr=False)
    for_many = False

    def sign(self, act: Act, document_sha256: str, lay_out: LayOut) -> Signed:
        """Take the document as it was laid out, with the signature. Raises PreparationUnfit, PreparationExpired, KeyUnfit."""
        row = self._redeemed(act)
        if row.document_sha256 != document_sha256:
            raise PreparationUnfit
        certificate = register.certificate_of(act.seal)
        signature = signeddata.assemble(
            bytes(row.attributes),
            self.signature,
            certificate,
            sealers.issuers_of(act.seal),
            suites.named(act.seal.suite),
        )
        return Signed(row.prepared_sha256, row.place_start, row.place_end, row.covers, signature, row.made_at)

    def prove(self, act: Act) -> None:
        """Take the signature over the statement. Raises PreparationUnfit, PreparationExpired, KeyUnfit."""
        if self._redeemed(act).document_sha256:
            raise PreparationUnfit

    def laid_out(self, case_id: int, revision: int) -> bytes | None:
        """The case file the rehearsal made: typeset again it would have other bytes."""
        row = preparations.found(self.preparation)
        fits = row is not None and (row.case_id, row.revision) == (case_id, revision)
        return storage.read(row.document_sha256) if row and fits and row.document_sha256 else None

    def _redeemed(self, act: Act) -> Preparation:
        row = preparations.redeem(self.preparation, act)
        require_fit(self.signature, bytes(row.attributes), register.certificate_of(act.seal))
        return row
