"""PAdES signatures: lay out fields, prepare, fill in, one after the other. With `verify`, all there is of pyHanko.

A seal is put on in two halves, so that the PIN is needed only while the officer decides: `prepare` writes the
visible seal and an empty place for the signature and yields what is to be signed; `cms` signs it; `fill` puts
the signature into its place. The halves may run in different processes, days apart.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.stamp import StaticContentStamp, StaticStampStyle

from . import signeddata
from .keys.sealer import Sealer
from .suites import Suite
from .types import Field

RESERVED = 16_384
"""Hex digits kept free for a signature, its certificates and its stamp."""


@dataclass(frozen=True)
class Appearance:
    """What the seal looks like: PDF operators drawn in a box of that size."""

    operators: bytes
    width: float
    """Points."""
    height: float


@dataclass(frozen=True)
class Prepared:
    """A document with an empty place for one signature."""

    pdf: bytes
    document_digest: bytes
    start: int
    """First byte of the empty place."""
    end: int
    attributes: bytes
    """DER of the signed attributes: what the key signs."""


class _CompressedStamp(StaticContentStamp):
    """The stock stamp leaves the drawing uncompressed; a round seal has tens of kilobytes of outlines."""

    def as_form_xobject(self) -> StreamObject:
        drawing = super().as_form_xobject()
        drawing.compress()
        return drawing


class _CompressedStyle(StaticStampStyle):
    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]
    ) -> _CompressedStamp:
        return _CompressedStamp(writer=writer, style=self, box=box)


def lay_out(pdf: bytes, fields: Sequence[Field]) -> bytes:
    """Add every signature field, empty. No field is ever added after the first signature.

    The last one locks the document: once it is signed nothing but archive timestamps may follow.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for field in fields:
        last = field is fields[-1]
        append_signature_field(
            writer,
            SigFieldSpec(
                field.name,
                on_page=field.page,
                box=tuple(round(edge) for edge in field.box),
                field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
                doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
            ),
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def prepare(
    pdf: bytes,
    *,
    field: str,
    certificate: x509.Certificate,
    suite: Suite,
    appearance: Appearance,
    first: bool,
    moment: datetime,
) -> Prepared:
    """Write the visible seal and the empty place into `field`.

    `first` certifies the document (DocMDP 2: only laid-out fields may be filled from here on). `moment` is the
    time of signing the file states.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=suite.digest,
        subfilter=SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS if first and not _locks(writer, field) else None,
    )
    # pyHanko only lays the place; key and container are ours, so what it would sign with is never used.
    placer = PdfSigner(metadata, ExternalSigner(certificate, None, b"\0"), stamp_style=_style(appearance))
    session = placer.init_signing_session(writer, existing_fields_only=True)
    session.system_time = moment
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    output = io.BytesIO()
    digest, _output = document.digest_tbs_document(output=output)
    return Prepared(
        pdf=output.getvalue(),
        document_digest=digest.document_digest,
        start=digest.reserved_region_start,
        end=digest.reserved_region_end,
        attributes=signeddata.attributes(digest.document_digest, certificate, suite),
    )


def cms(prepared: Prepared, sealer: Sealer) -> bytes:
    """Sign the attributes and wrap them: DER of the CMS SignedData (ETSI EN 319 122-1, CAdES-B-B). Raises SealError."""
    return contained(prepared, sealer.sign(prepared.attributes), sealer)


def contained(prepared: Prepared, signature: bytes, sealer: Sealer) -> bytes:
    """Wrap a signature over the attributes that was made elsewhere."""
    return signeddata.assemble(prepared.attributes, signature, sealer.certificate, sealer.issuers, sealer.suite)


def fill(prepared_pdf: bytes, *, start: int, end: int, signature: bytes) -> bytes:
    """Put a signature into its empty place."""
    output = io.BytesIO(prepared_pdf)
    PreparedByteRangeDigest(b"", start, end).fill_with_cms(output, signature)
    return output.getvalue()


def _locks(writer: IncrementalPdfFileWriter, name: str) -> bool:
    return any("/Lock" in field.get_object() for found, _value, field in enumerate_sig_fields(writer) if found == name)


def _style(appearance: Appearance) -> StaticStampStyle:
    middle = SimpleBoxLayoutRule(
        x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
    )
    box = BoxConstraints(width=appearance.width, height=appearance.height)
    return _CompressedStyle(
        background=RawContent(appearance.operators, box=box),
        background_layout=middle,
        background_opacity=1.0,
        border_width=0,
    )
