"""An authority over decades: one root, issuing CAs and stamping services that come and go, lists of every day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import x509

from hukou.kernel import clock
from workflows.seals import suites, trust
from workflows.seals.authority import certificates
from workflows.seals.authority.certificates import Revoked
from workflows.seals.authority.tsa import Service, issued
from workflows.seals.suites import Key


def year(number: int, month: int = 6) -> datetime:
    """The first day of a month."""
    return datetime(number, month, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Holder:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key


@dataclass
class Decades:
    """Root 2020 to 2080; A, B and C issue one after the other; a stamping service follows another below them."""

    revoked: list[tuple[Holder, Revoked]] = field(default_factory=list)
    """Who put it on a list, and the line."""

    def __post_init__(self) -> None:
        root_key = self._key()
        self.root = Holder(self._certificate("根CA", root_key, None, 2020, 2080, path=1), root_key)
        self.issuers = {
            name: self.issued(f"签发CA {name}", self.root, since, until, path=0)
            for name, since, until in (("A", 2025, 2036), ("B", 2032, 2046), ("C", 2043, 2062))
        }
        self.services = [
            (since, self.issued(f"时间戳 {since}", self.issuers[by], since, until, purposes=("time_stamping",)), by)
            for since, until, by in ((2026, 2034, "A"), (2033, 2041, "B"), (2040, 2045, "B"), (2044, 2060, "C"))
        ]
        self.officer = self.issued("周明 010201", self.issuers["A"], 2026, 2031)

    def issued(
        self, name: str, by: Holder, since: int, until: int, *, path: int | None = None, purposes: tuple[str, ...] = ()
    ) -> Holder:
        """A certificate below `by`, from the first day of one year to that of another."""
        key = self._key()
        return Holder(self._certificate(name, key, by, since, until, path=path, purposes=purposes), key)

    def revoke(self, holder: Holder, by: Holder, moment: datetime) -> None:
        """From now on the lists of `by` say that the certificate held no longer from `moment` on."""
        self.revoked.append((by, Revoked(holder.certificate.serial_number, moment, "key_compromise")))

    def known(self) -> trust.Known:
        """What a server knows today: the root, the CAs that still issue, and today's lists of these."""
        now = clock.now()
        issuing = [one for one in self.issuers.values() if _lives(one, now)]
        return trust.Known(
            roots=(self.root.certificate,),
            issuers=tuple(one.certificate for one in issuing),
            lists=tuple(
                certificates.revocation_list(
                    issuer=one.certificate,
                    issuer_key=one.key,
                    number=now.toordinal(),
                    valid=(now, now + timedelta(days=30)),
                    revoked=[line for by, line in self.revoked if by is one],
                )
                for one in (self.root, *issuing)
            ),
        )

    def token(self, digest: bytes, algorithm: str, *, nonce: int | None, suite: str = "p256") -> bytes:
        """A stamp of the youngest service there is today."""
        now = clock.now()
        _since, service, by = [one for one in self.services if _lives(one[1], now)][-1]
        own = Service(service.certificate, self.issuers[by].certificate, service.key)
        return issued(own, digest, algorithm, nonce=nonce, moment=now)

    def _key(self) -> Key:
        return suites.named(suites.DEFAULT).generate()

    def _certificate(
        self, name: str, key: Key, by: Holder | None, since: int, until: int,
        *, path: int | None = None, purposes: tuple[str, ...] = (),
    ) -> x509.Certificate:  # fmt: skip
        subject = certificates.name(name)
        return certificates.certificate(
            subject=subject,
            public_info=key.public_info(),
            issuer=by.certificate.subject if by else subject,
            issuer_key=by.key if by else key,
            valid=(year(since, 1), year(until, 1)),
            path=path,
            purposes=purposes,
        )


def _lives(holder: Holder, now: datetime) -> bool:
    return bool(holder.certificate.not_valid_before <= now < holder.certificate.not_valid_after)
