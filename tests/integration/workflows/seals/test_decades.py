"""A file sealed in 2026 verifies in 2059: signers, issuing CAs, stamping services and a digest come and go."""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from functools import lru_cache
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from hukou.kernel import canonical, clock
from tests.support import casefiles
from tests.support.decades import Decades, year
from workflows.papers import notice
from workflows.seals import pades, trust, verify
from workflows.seals.authority import tsa
from workflows.seals.keys.sealer import SoftwareSealer
from workflows.seals.stamps import embedding
from workflows.seals.types import Expected, Field, Outcome, SealReport
from workflows.seals.verification.policy import STRICT

START = year(2026)
FIELD = Field("unit_seal", 0, "notice", "unit", 0, (100, 100, 220, 220))


@lru_cache(maxsize=1)
def paper() -> bytes:
    return pades.lay_out(notice.compose(casefiles.notice()).pdf, [FIELD])


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Decades:
    """A world of its own: what the server knows and who stamps follow the clock."""
    world = Decades()
    monkeypatch.setattr(trust, "known", world.known)
    monkeypatch.setattr(tsa, "token", world.token)
    return world


def sealed(world: Decades, moment: datetime = START, *, close: bool = True) -> bytes:
    """A paper sealed by the officer at that moment."""
    officer = world.officer
    sealer = SoftwareSealer(officer.certificate, [world.issuers["A"].certificate], officer.key)
    with clock.frozen(moment):
        prepared = pades.prepare(
            paper(), field=FIELD.name, certificate=officer.certificate, suite=sealer.suite,
            appearance=pades.Appearance(b"0 0 9 9 re f", 9, 9), first=True, moment=moment,
        )  # fmt: skip
        signature, stamp = embedding.stamped(pades.cms(prepared, sealer))
        pdf = pades.fill(prepared.pdf, start=prepared.start, end=prepared.end, signature=signature)
        if close:
            signers = [officer.certificate, world.services[0][1].certificate]
            pdf, _stamp = embedding.close(pdf, certificates=signers, like=stamp)
    return pdf


def renewed(pdf: bytes, moment: datetime) -> bytes:
    with clock.frozen(moment):
        return embedding.renew(pdf)[0]


def seen(world: Decades, pdf: bytes, moment: datetime) -> SealReport:
    fingerprint = canonical.sha256(world.officer.certificate.dump())
    with clock.frozen(moment):
        return verify.report(pdf, Expected((FIELD,), {FIELD.name: fingerprint}, stamped=True))


@pytest.fixture
def kept(world: Decades, settings: Any) -> bytes:
    """Sealed 2026, stamped anew 2033, 2040 (with SHA-512 from then on) and 2044."""
    pdf = renewed(sealed(world), year(2033))
    settings.HUKOU_STAMP_DIGEST = "sha512"
    return renewed(renewed(pdf, year(2040)), year(2044))


def test_a_file_kept_up_passes_in_every_year_up_to_2059(world: Decades, settings: Any) -> None:
    pdf = sealed(world)
    renewals = {2033: "sha256", 2040: "sha512", 2044: "sha512"}
    for now in (2026, 2027, 2032, 2033, 2035, 2037, 2040, 2042, 2044, 2047, 2053, 2059):
        if now in renewals:
            settings.HUKOU_STAMP_DIGEST = renewals[now]
            pdf = renewed(pdf, year(now))
        report = seen(world, pdf, year(now, 7))
        assert report.outcome == Outcome.PASSED, (now, report)
    assert [stamp.digest for stamp in report.stamps] == ["sha256", "sha256", "sha512", "sha512"]
    assert [stamp.service for stamp in report.stamps] == ["时间戳 2026", "时间戳 2033", "时间戳 2040", "时间戳 2044"]
    assert report.seals[0].stamped_at == year(2026)


def test_a_file_never_stamped_anew_cannot_be_judged_once_its_stamp_has_run_out(world: Decades) -> None:
    pdf = sealed(world)
    assert seen(world, pdf, year(2033, 12)).outcome == Outcome.PASSED
    report = seen(world, pdf, year(2035))
    assert report.outcome == Outcome.INDETERMINATE
    assert (report.stamps[0].reasons, report.sub_indication) == (("expired",), "OUT_OF_BOUNDS_NO_POE")


def test_a_stamp_renewed_too_late_does_not_mend_it(world: Decades) -> None:
    pdf = renewed(sealed(world), year(2034, 2))
    assert seen(world, pdf, year(2035)).outcome == Outcome.INDETERMINATE


def test_a_flipped_bit_is_found_in_2059(world: Decades, kept: bytes) -> None:
    assert seen(world, kept, year(2059)).outcome == Outcome.PASSED
    for place in range(200, len(kept), len(kept) // 12):
        forged = bytearray(kept)
        forged[place] ^= 1
        assert seen(world, bytes(forged), year(2059)).outcome == Outcome.FAILED, place


def test_a_changed_catalogue_is_found_in_2059(world: Decades, kept: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(kept))
    writer.root["/PageMode"] = pdf_name("/FullScreen")
    writer.root["/Names"] = generic.DictionaryObject()
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert seen(world, out.getvalue(), year(2059)).outcome == Outcome.FAILED


def test_a_signer_revoked_after_the_stamp_stays_valid_for_decades(world: Decades) -> None:
    pdf = sealed(world)
    world.revoke(world.officer, world.issuers["A"], year(2027))
    assert seen(world, pdf, year(2028)).outcome == Outcome.PASSED
    assert seen(world, renewed(pdf, year(2033)), year(2039)).outcome == Outcome.PASSED


def test_a_stamp_from_the_future_fails(world: Decades) -> None:
    report = seen(world, renewed(sealed(world), year(2033)), year(2028))
    assert report.outcome == Outcome.FAILED
    assert report.stamps[1].reasons == ("stamp_in_the_future",)


@pytest.mark.parametrize("close", [True, False])
def test_a_signer_revoked_before_signing_fails_with_and_without_the_closing_stamp(world: Decades, close: bool) -> None:
    with clock.frozen(year(2026, 5)):
        world.revoke(world.officer, world.issuers["A"], year(2026, 4))
    report = seen(world, sealed(world, close=close), year(2026, 7))
    assert report.outcome == Outcome.FAILED
    assert report.seals[0].reasons == ("revoked",)
    assert report.seals[0].sub_indication == "REVOKED"
    if close:  # and still when nobody publishes that list any longer
        assert seen(world, renewed(sealed(world), year(2033)), year(2040)).seals[0].reasons == ("revoked",)


def test_a_stamp_of_a_service_whose_key_was_lost_before_the_next_one_proves_nothing(world: Decades) -> None:
    pdf = sealed(world)
    world.revoke(world.services[0][1], world.issuers["A"], year(2030))
    pdf = renewed(pdf, year(2033))
    report = seen(world, pdf, year(2035))
    assert report.outcome == Outcome.INDETERMINATE
    assert report.stamps[0].reasons == ("revoked",)
    assert report.stamps[1].outcome == Outcome.PASSED


def test_a_service_revoked_after_its_stamp_was_carried_on_does_no_harm(world: Decades, kept: bytes) -> None:
    world.revoke(world.services[1][1], world.issuers["B"], year(2042))
    assert seen(world, kept, year(2059)).outcome == Outcome.PASSED


def test_a_certificate_that_was_not_valid_yet_or_no_longer_when_it_signed_is_told_apart(world: Decades) -> None:
    world.officer = world.issued("周明 010201", world.issuers["A"], 2027, 2031)
    early = seen(world, sealed(world, year(2026)), year(2026, 7))
    assert (early.outcome, early.seals[0].sub_indication) == (Outcome.FAILED, "NOT_YET_VALID")
    late = seen(world, sealed(world, year(2032)), year(2032, 7))
    assert (late.outcome, late.seals[0].sub_indication) == (Outcome.INDETERMINATE, "EXPIRED")


def second_opinion(world: Decades, pdf: bytes, moment: datetime) -> str:
    """What pyHanko's own long-term validation says. Its look into the past goes by the machine's clock, so it is asked
    about the years before the first renewal only."""
    with clock.frozen(moment):
        known = world.known()
    knowledge = LocalKnowledge(
        known_crls=[CRLContainer(one) for one in known.lists], known_certs=[*known.issuers, *known.roots]
    )
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=list(known.roots)),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    gathering = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(
        SignatureValidationSpec(policy, gathering, local_knowledge=knowledge), diff_policy=STRICT
    )
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    timing = ValidationTimingInfo(moment, moment, point_in_time_validation=True)
    return str(asyncio.run(ades.ades_lta_validation(signature, spec, timing_info=timing)).ades_subindic.standard_name)


def test_a_second_opinion_agrees_while_it_can(world: Decades) -> None:
    pdf = sealed(world)
    assert second_opinion(world, pdf, year(2027)) == "OK"
    assert second_opinion(world, pdf, year(2035)) != "OK"
