"""Stamps and revocation data inside sealed files (ETSI EN 319 142-1: levels B-T, B-LT and B-LTA).

`stamped` puts a stamp into a signature's container. `close` ends a file with one more revision that holds what a
verifier will need when nobody can be asked any more, and a stamp over the whole file with it: so no byte of a
closed file is without a signature behind it. The first close after a level makes it B-LTA; every later one renews it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

from asn1crypto import cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from workflows.seals import suites, trust

from . import client
from .tokens import Stamp

ROOM, SPARE = 24_576, 512
"""Hex digits kept free for a stamp over a file; bytes to spare where the service's stamps are known."""
STAMP_TYPE = "signature_time_stamp_token"


def stamped(container: bytes, *, suite: str = suites.DEFAULT) -> tuple[bytes, Stamp]:
    """The signature's container with a stamp over the signature (CAdES-B-T). Raises StampUnavailable."""
    whole = cms.ContentInfo.load(container)
    signer = whole["content"]["signer_infos"][0]
    stamp = client.stamp(signer["signature"].native, suite=suite)
    token = cms.ContentInfo.load(stamp.token)
    signer["unsigned_attrs"] = cms.CMSAttributes([cms.CMSAttribute({"type": STAMP_TYPE, "values": [token]})])
    return bytes(whole.dump()), stamp


def close(
    pdf: bytes, *, certificates: Iterable[x509.Certificate], suite: str = suites.DEFAULT, like: Stamp | None = None
) -> tuple[bytes, Stamp]:
    """The file with its evidence and a stamp over all of it. Raises StampUnavailable.

    `certificates`: of the signers and stamps whose evidence is to be kept; `like`: a stamp given just before, by which
    the place for this one is measured.
    """
    try:
        return _closed(pdf, certificates, suite, ROOM if like is None else 2 * (len(like.token) + SPARE))
    except _TooSmall:  # another service has answered this time
        return _closed(pdf, certificates, suite, ROOM)


def renew(pdf: bytes, *, suite: str = suites.DEFAULT) -> tuple[bytes, Stamp]:
    """Close a closed file once more, before its newest stamp cannot be checked any longer. Raises StampUnavailable."""
    last = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
    return close(pdf, certificates=signers_of(last), suite=suite)


def signers_of(signature: EmbeddedPdfSignature) -> list[x509.Certificate]:
    """Who signed, and who stamped the signature."""
    tokens = extract_tst_data_iter(signature.signer_info, signed=False)
    return [signature.signer_cert, *(one.chosen for token in tokens for one in token["certificates"])]


def _closed(pdf: bytes, certificates: Iterable[x509.Certificate], suite: str, room: int) -> tuple[bytes, Stamp]:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    known = trust.known()
    above = {one.dump(): one for certificate in certificates for one in known.chain_of(certificate)}
    issuers = list(above.values())
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=issuers, crls=known.lists_of(issuers))
    writer.ensure_output_version(version=(1, 7))
    writer.register_extension(ESIC_EXTENSION_1)
    # The size is a name no stamp before can have had: a file only ever grows.
    name = f"stamp_{len(pdf)}"
    # pyHanko's own way of stamping asks from inside of an event loop, where our checks could not run.
    laying = PdfCMSEmbedder(new_field_spec=SigFieldSpec(name, readable_field_name="时间戳")).write_cms(
        field_name=name, writer=writer, existing_fields_only=False
    )
    next(laying)
    laying.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=room)))
    algorithm, closed = client.digest_name(suite), io.BytesIO()
    prepared, _output = laying.send(SigIOSetup(md_algorithm=algorithm, output=closed))
    stamp = client.stamp_digest(prepared.document_digest, algorithm, suite=suite)
    if 2 * len(stamp.token) > room:
        raise _TooSmall
    laying.send(cms.ContentInfo.load(stamp.token))
    return closed.getvalue(), stamp


class _TooSmall(Exception):
    """The stamp does not fit into its place."""
