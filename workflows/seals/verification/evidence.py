"""What a path of certificates is judged by: what the file carries, and what this server knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

from workflows.seals.trust import Known

TOLERANCE = timedelta(seconds=5)
"""Between a list's time and that of the stamp that covers it; stamps count whole seconds."""


@dataclass(frozen=True)
class Evidence:
    """Certificates, revocation lists and OCSP answers, from the file and from this server."""

    known: Known
    certificates: Sequence[x509.Certificate]
    lists: Sequence[crl.CertificateList]
    responses: Sequence[ocsp.OCSPResponse]

    @classmethod
    def of(cls, reader: PdfFileReader, known: Known) -> Evidence:
        """Everything the file's security store holds, and what the server knows."""
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return cls(known, (), known.lists, ())
        lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
        responses = [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
        different = {one.dump(): one for one in (*lists, *known.lists)}
        return cls(known, list(store.load_certs()), list(different.values()), responses)

    def at(self, moment: datetime, *, until: datetime | None = None) -> ValidationContext:
        """What a path is judged by at `moment`. `until`: time by which the evidence must have been there; what it says
        of an earlier `moment` counts. Evidence from after that proves nothing: it may have been made up since."""
        limit = (until or moment) + TOLERANCE
        return self.known.context(
            moment,
            lists=[one for one in self.lists if one["tbs_cert_list"]["this_update"].native <= limit],
            responses=[one for one in self.responses if _made(one) <= limit],
            certificates=self.certificates,
            later_lists=until is not None,
        )


def _made(response: ocsp.OCSPResponse) -> datetime:
    moment = response.response_data["produced_at"].native
    assert isinstance(moment, datetime)
    return moment
