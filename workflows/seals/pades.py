"""PAdES signatures: lay out fields, prepare, fill in, one after the other. With `verify`, all there is of pyHanko.

A seal is put on in two halves, so that the PIN is needed only while the officer decides: `prepare` writes the
visible seal and an empty place for the signature and yields what is to be signed; `cms` signs it; `fill` puts
the signature into its place. The halves may run in different processes, days apart.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import algos
from asn1crypto import cms as asn1_cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.stamp import StaticContentStamp, StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .types import Field

DIGEST = "sha256"
RESERVED = 16_384
"""Hex digits kept free for a signature; room for a timestamp later."""
ECDSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


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
    """Add every signature field, empty. No field is ever added after the first signature."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for field in fields:
        append_signature_field(
            writer, SigFieldSpec(field.name, on_page=field.page, box=tuple(round(edge) for edge in field.box))
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def prepare(
    pdf: bytes,
    *,
    field: str,
    certificate: x509.Certificate,
    issuers: Sequence[x509.Certificate],
    appearance: Appearance,
    first: bool,
) -> Prepared:
    """Write the visible seal and the empty place into `field`. `first` certifies the document (DocMDP 2)."""
    signer = _signer(certificate, issuers)
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    pdf_signer = PdfSigner(metadata, signer, stamp_style=_style(appearance))
    digest, _document, output = asyncio.run(
        pdf_signer.async_digest_doc_for_signing(writer, existing_fields_only=True, bytes_reserved=RESERVED)
    )
    attributes = asyncio.run(signer.signed_attrs(digest.document_digest, DIGEST, use_pades=True))
    output.seek(0)
    return Prepared(
        pdf=output.read(),
        document_digest=digest.document_digest,
        start=digest.reserved_region_start,
        end=digest.reserved_region_end,
        attributes=attributes.dump(),
    )


def cms(
    prepared: Prepared,
    *,
    key: ec.EllipticCurvePrivateKey,
    certificate: x509.Certificate,
    issuers: Sequence[x509.Certificate],
) -> bytes:
    """Sign the attributes and wrap them: DER of the CMS SignedData (ETSI EN 319 122, CAdES-B-B)."""
    value = key.sign(prepared.attributes, ec.ECDSA(hashes.SHA256()))
    signer = _signer(certificate, issuers, value)
    attributes = asn1_cms.CMSAttributes.load(prepared.attributes)
    return bytes(asyncio.run(signer.async_sign_prescribed_attributes(DIGEST, attributes)).dump())


def fill(prepared_pdf: bytes, *, start: int, end: int, signature: bytes) -> bytes:
    """Put a signature into its empty place."""
    output = io.BytesIO(prepared_pdf)
    PreparedByteRangeDigest(b"", start, end).fill_with_cms(output, signature)
    return output.getvalue()


def _signer(
    certificate: x509.Certificate, issuers: Sequence[x509.Certificate], value: bytes | None = None
) -> ExternalSigner:
    store = SimpleCertificateStore.from_certs([_asn1(issuer) for issuer in issuers])
    return ExternalSigner(
        signing_cert=_asn1(certificate),
        cert_registry=store,
        signature_value=value or 80,
        signature_mechanism=ECDSA,
    )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


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
