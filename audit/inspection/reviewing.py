"""Looking at a sample: findings, the verdict on each case, and the conclusion of the inspection."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.alerts import actions as alerts
from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import canonical, clock
from hukou.kernel.errors import NotFound

from . import errors, populations, sampling
from .models import DIGEST, Finding, InspectionDuty, Sample
from .rules import NOT_DONE

SAMPLE = "inspection.sample"


@trail.records_refusal("finding.make", subject=SAMPLE, key="sample_id", label=_("A finding was refused"))
@transaction.atomic
def add_finding(
    *,
    sample_id: int,
    kind: str,
    severity: int,
    words: str,
    by: Officer,
    material: str = "",
    page: str = "",
    officer_id: int | None = None,
) -> Finding:
    """Note what is not as it should be, while the case is being reviewed.

    `material`, `page`: where, by code and digest. `officer_id`: who answers for it, one of those who worked on the case
    (default who accepted it). Raises NotFound, NotPermitted, InspectionState, ReviewedAlready, NoSuchChoice, WordsMissing.
    """
    sample = _under_review(sample_id, by)
    if kind not in Finding.Kind.values:
        raise errors.NoSuchChoice(value=kind)
    if severity not in Finding.Severity.values:
        raise errors.NoSuchChoice(value=severity)
    if page and (not material or not re.match(DIGEST, page)):
        raise errors.NoSuchChoice(value=page)
    concerned = [concern.officer_id for concern in populations.of(sample.subject).concerned(sample.subject)]
    if officer_id is not None and officer_id not in concerned:
        raise errors.NoSuchChoice(value=officer_id)
    words = _words(words, 400)
    finding = Finding.objects.create(
        sample=sample,
        kind=kind,
        severity=severity,
        material=material[:40],
        page=page,
        words=words,
        officer_id=officer_id or sample.officer_id,
        made_by=by,
        made_at=clock.now(),
    )
    trail.record(
        "finding.made",
        subject=finding,
        by=by,
        case=sample.case_id,
        # What was found in words may name people; the trail proves it by its digest.
        details={
            "sample": sample.pk,
            "kind": kind,
            "severity": severity,
            "material": finding.material,
            "page": page,
            "words_sha256": canonical.sha256(words.encode()),
        },
    )
    return finding


@trail.records_refusal(
    "finding.drop", subject="inspection.finding", key="finding_id", label=_("Dropping a finding was refused")
)
@transaction.atomic
def drop_finding(*, finding_id: int, by: Officer) -> Finding:
    """Strike a finding out before the verdict; it stays to be seen. Dropping twice does no harm.

    Raises NotFound, NotPermitted, InspectionState, ReviewedAlready.
    """
    finding = Finding.objects.filter(pk=finding_id).first()
    if finding is None:
        raise NotFound
    sample = _under_review(finding.sample_id, by)
    finding.refresh_from_db()
    if finding.dropped_at is None:
        finding.dropped_at, finding.dropped_by = clock.now(), by
        finding.save(update_fields=["dropped_at", "dropped_by"])
        trail.record("finding.dropped", subject=finding, by=by, case=sample.case_id, details={"sample": sample.pk})
    return finding


@trail.records_refusal("inspection.review", subject=SAMPLE, key="sample_id", label=_("A review was refused"))
@transaction.atomic
def review(*, sample_id: int, verdict: str, pages: int, seen: int, by: Officer) -> Sample:
    """Give the verdict on a case: in order, or with its findings.

    `pages`: how many images the case has, `seen`: how many of them were on the screen. Nobody calls in order what they
    have not seen. Raises NotFound, NotPermitted, InspectionState, ReviewedAlready, VerdictMissing, PagesUnseen.
    """
    sample = _under_review(sample_id, by)
    findings = list(sample.findings.filter(dropped_at=None))
    if verdict not in Sample.Verdict.values or (verdict == Sample.Verdict.FINDINGS) != bool(findings):
        raise errors.VerdictMissing
    if verdict == Sample.Verdict.IN_ORDER and seen < pages:
        raise errors.PagesUnseen(count=pages - seen)
    sample.verdict, sample.reviewed_by, sample.reviewed_at = verdict, by, clock.now()
    sample.save(update_fields=["verdict", "reviewed_by", "reviewed_at"])
    trail.record(
        "inspection.reviewed",
        subject=sample,
        by=by,
        case=sample.case_id,
        details={
            "period": sample.duty.period,
            "verdict": verdict,
            "findings": len(findings),
            "pages": pages,
            "seen": seen,
        },
    )
    return sample


@trail.records_refusal(
    "inspection.conclude",
    subject="inspection.inspectionduty",
    key="duty_id",
    label=_("Concluding an inspection was refused"),
)
@transaction.atomic
def conclude(*, duty_id: int, record: str, by: Officer) -> InspectionDuty:
    """End an inspection with a record of what it came to; also one of a period in which nothing was done.

    Raises NotFound, NotPermitted, InspectionState, NotReviewedYet, OrderMissing, WordsMissing.
    """
    duty = sampling.locked(duty_id)
    policies.require(by, "inspection.inspect", duty)
    sampling.require_under_way(duty)
    left = duty.samples.filter(reviewed_at=None).count()
    if left:
        raise errors.NotReviewedYet(count=left)
    found = Finding.objects.filter(sample__duty=duty, dropped_at=None)
    unsent = found.filter(severity__gte=Finding.Severity.SERIOUS, order=None).count()
    if unsent:
        raise errors.OrderMissing(count=unsent)
    record = _words(record, 1000)
    duty.concluded_at, duty.concluded_by, duty.record = clock.now(), by, record
    duty.save(update_fields=["concluded_at", "concluded_by", "record"])
    alerts.disarm(NOT_DONE, f"inspection.inspectionduty:{duty.pk}")
    trail.record(
        "inspection.concluded",
        subject=duty,
        by=by,
        office=duty.office,
        details={
            "period": duty.period,
            "reviewed": duty.samples.count(),
            "findings": found.count(),
            "late": duty.done_late,
            "record_sha256": canonical.sha256(record.encode()),
        },
    )
    return duty


def _under_review(sample_id: int, by: Officer) -> Sample:
    """The sample under its lock, when this officer may review it and nobody has."""
    # The inspection first, then the case of it: whoever concludes holds them in the same order.
    key = Sample.objects.filter(pk=sample_id).values_list("duty_id", flat=True).first()
    if key is None:
        raise NotFound
    duty = sampling.locked(key)
    sample = Sample.objects.select_for_update().get(pk=sample_id)
    sample.duty = duty
    policies.require(by, "inspection.review", sample)
    sampling.require_under_way(duty)
    if sample.reviewed_at is not None:
        raise errors.ReviewedAlready
    return sample


def _words(words: str, most: int) -> str:
    words = " ".join(words.split())[:most]
    if not words:
        raise errors.WordsMissing
    return words
