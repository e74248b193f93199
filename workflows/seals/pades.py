"""PAdES signatures: lay out fields, prepare, fill in, one after the other. With `verify`, all there is of pyHanko.

A seal is put on in two halves, so that the PIN is needed only while the officer decides: `prepare` writes the
visible seal and an empty place for the signature and yields what is to be signed; `cms` signs it; `fill` puts
the signature into its place. The halves may run in different processes, days apart.

Each half writes only what a PDF's incremental update adds (ISO 32000-2 clause 7.5.6): the bytes that are there are
hashed once and never copied before the file is put together. So a seal costs the digest of the file and about a
millisecond, however large the file is.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigCertConstraintFlags,
    SigCertConstraints,
    SigFieldSpec,
    SigSeedSubFilter,
    SigSeedValueSpec,
)
from pyhanko.sign.fields import append_signature_field as append_field
from pyhanko.sign.general import UnacceptableSignerError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from . import signeddata
from .errors import FieldBound
from .keys.sealer import Sealer
from .suites import Suite
from .types import Field

RESERVED = 16_384
"""Hex digits kept free for a signature, its certificates and its stamp."""

LEVEL = 4
"""Of compression: a third of the time of the usual 6, and 3 % larger."""


@dataclass(frozen=True)
class Appearance:
    """What the seal looks like: PDF operators drawn in a box of that size. Shared between seals, it is compressed once."""

    operators: bytes
    width: float
    """Points."""
    height: float

    @cached_property
    def deflated(self) -> bytes:
        """The operators compressed: a round seal has tens of kilobytes of outlines."""
        return zlib.compress(self.operators, LEVEL)


@dataclass(frozen=True)
class Prepared:
    """A document with an empty place for one signature."""

    before: bytes
    """The document as it was."""
    update: bytes
    """What the seal adds behind it."""
    document_digest: bytes
    start: int
    """First byte of the empty place, counted from the beginning of the document."""
    end: int
    attributes: bytes
    """DER of the signed attributes: what the key signs."""

    @property
    def pdf(self) -> bytes:
        """The document with the empty place."""
        return self.before + self.update

    def filled(self, signature: bytes) -> bytes:
        """The sealed document, put together in one go."""
        start, end = self.start - len(self.before), self.end - len(self.before)
        return b"".join((self.before, self.update[:start], _placed(signature, end - start), self.update[end:]))


class _Update(io.BytesIO):
    """Takes what is written behind `size` bytes that lie elsewhere; positions count from their beginning."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def tell(self) -> int:
        return self._size + super().tell()

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        return self._size + super().seek(position - self._size if whence == os.SEEK_SET else position, whence)


class _Writer(IncrementalPdfFileWriter):
    """Writes the update alone, and in it nothing but the seal.

    The stock writer copies the whole file in front of it, 4 KB at a time, and writes the document's metadata anew.
    """

    def _write_header(self, stream: io.BytesIO) -> None:
        return

    def _update_meta(self) -> None:
        return

    def updated(self, size: int) -> _Update:
        """The update to a document of `size` bytes."""
        update = _Update(size)
        self.write(update)
        return update


def lay_out(pdf: bytes, fields: Sequence[Field]) -> bytes:
    """Add every signature field, empty. No field is ever added after the first signature.

    The last one locks the document: once it is signed nothing but archive timestamps may follow.
    """
    writer = _Writer(io.BytesIO(pdf))
    for field in fields:
        append_field(writer, _spec(field, last=field is fields[-1]))
    return pdf + writer.updated(len(pdf)).getvalue()


def prepare(
    pdf: bytes,
    *,
    field: str | Field,
    certificate: x509.Certificate,
    suite: Suite,
    appearance: Appearance,
    first: bool,
    moment: datetime,
) -> Prepared:
    """Write the visible seal and the empty place into `field`, the name of one laid out before.

    A `Field` is laid out in the same update, and locks the document: for papers with a single seal. `first` certifies
    the document (DocMDP 2: only laid-out fields may be filled from here on; 1 if the field locks). `moment` is the
    time of signing the file states. Raises FieldBound when the field is kept for another signer.
    """
    writer = _Writer(io.BytesIO(pdf))
    name = field.name if isinstance(field, Field) else field
    spec = _spec(field, last=True) if isinstance(field, Field) else None
    placing = PdfCMSEmbedder(spec).write_cms(name, writer, existing_fields_only=spec is None)
    held = next(placing).get_object()
    _require_bound(held, certificate)
    held["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(_picture(appearance, held["/Rect"]))})
    place = SignatureObject(timestamp=moment, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED)
    placing.send(SigObjSetup(sig_placeholder=place, mdp_setup=_rules(held, suite, first=first)))
    update = writer.updated(len(pdf))
    start, end = place.contents.offsets
    place.byte_range.fill_offsets(update, start, end, len(pdf) + update.getbuffer().nbytes)
    added = update.getvalue()
    digest = _digest(pdf, added, slice(start, end), suite)
    return Prepared(pdf, added, digest, start, end, signeddata.attributes(digest, certificate, suite))


def title_of(pdf: bytes) -> str:
    """The title a file gives itself; empty when it has none or cannot be read. Anybody can write anything there."""
    try:
        return str(PdfFileReader(io.BytesIO(pdf)).trailer["/Info"]["/Title"])[:200]
    except Exception:  # forged bytes break parsers in every way
        return ""


def cms(prepared: Prepared, sealer: Sealer) -> bytes:
    """Sign the attributes and wrap them: DER of the CMS SignedData (ETSI EN 319 122-1, CAdES-B-B). Raises SealError."""
    return contained(prepared, sealer.sign(prepared.attributes), sealer)


def contained(prepared: Prepared, signature: bytes, sealer: Sealer) -> bytes:
    """Wrap a signature over the attributes that was made elsewhere."""
    return signeddata.assemble(prepared.attributes, signature, sealer.certificate, sealer.issuers, sealer.suite)


def fill(prepared_pdf: bytes, *, start: int, end: int, signature: bytes) -> bytes:
    """Put a signature into its empty place."""
    whole = memoryview(prepared_pdf)
    return b"".join((whole[:start], _placed(signature, end - start), whole[end:]))


def _digest(before: bytes, update: bytes, place: slice, suite: Suite) -> bytes:
    """Of everything but the place of the signature, which lies in the update."""
    digest = hashlib.new(suite.digest, before)
    added = memoryview(update)
    digest.update(added[: place.start - len(before)])
    digest.update(added[place.stop - len(before) :])
    return digest.digest()


def _placed(signature: bytes, room: int) -> bytes:
    """The place of a signature with the signature in it: hex digits in angle brackets, filled up with zeros."""
    digits = signature.hex().upper().encode()
    if len(digits) > room - 2:
        raise ValueError(f"a signature of {len(digits)} hex digits in a place for {room - 2}")
    return b"<" + digits.ljust(room - 2, b"0") + b">"


def _spec(field: Field, *, last: bool) -> SigFieldSpec:
    bound = SigCertConstraints(flags=SigCertConstraintFlags.SUBJECT_DN, subject_dn=x509.Name.build(field.signer))
    return SigFieldSpec(
        field.name,
        on_page=field.page,
        box=tuple(round(edge) for edge in field.box),
        seed_value_dict=SigSeedValueSpec(cert=bound) if field.signer else None,
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
    )


def _require_bound(held: generic.DictionaryObject, certificate: x509.Certificate) -> None:
    """A field may be kept for a signer by its seed value (ISO 32000-2 clause 12.7.5.5). Raises FieldBound."""
    if "/SV" not in held:
        return
    bound = SigSeedValueSpec.from_pdf_object(held["/SV"]).cert
    try:
        if bound is not None:
            bound.satisfied_by(certificate, None)
    except UnacceptableSignerError as other:
        raise FieldBound(field=str(held["/T"])) from other


def _rules(held: generic.DictionaryObject, suite: Suite, *, first: bool) -> SigMDPSetup:
    """What may be changed once this field is signed: other fields be filled, or nothing if the field locks."""
    if "/Lock" in held:
        lock = held["/Lock"]
        field_lock, allowed = FieldMDPSpec.from_pdf_object(lock), MDPPerm(lock["/P"])
        return SigMDPSetup(suite.digest, certify=first, field_lock=field_lock, docmdp_perms=allowed)
    return SigMDPSetup(suite.digest, certify=first, docmdp_perms=MDPPerm.FILL_FORMS if first else None)


def _picture(appearance: Appearance, place: generic.ArrayObject) -> generic.StreamObject:
    """The appearance stream. Its box has the shape of the place, so that the picture stands in the middle undistorted
    (ISO 32000-2 clause 12.5.5, algorithm 8.1 maps the one box to the other)."""
    left, bottom, right, top = map(float, place)
    scale = min((right - left) / appearance.width, (top - bottom) / appearance.height)
    beside = ((right - left) / scale - appearance.width) / 2
    below = ((top - bottom) / scale - appearance.height) / 2
    box = (-beside, -below, appearance.width + beside, appearance.height + below)
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(generic.FloatObject(round(edge, 3) + 0.0) for edge in box),
            pdf_name("/Resources"): generic.DictionaryObject(),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=appearance.deflated,
    )
