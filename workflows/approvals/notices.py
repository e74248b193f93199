"""The electronic notice (通知单): made once the last seal is on, sealed by the deciding office, shown to the station."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.outbox import actions as outbox
from audit.outbox import kinds
from audit.trail import actions as trail
from hukou.accounts import policies
from hukou.accounts.models import Officer
from hukou.kernel import clock, push
from hukou.kernel.errors import NotFound
from workflows.cases.models import Case
from workflows.papers import notice as paper
from workflows.seals import actions as seals
from workflows.seals.steps import office_seal_kind
from workflows.seals.types import Field

from . import late_notices
from .models import CaseProcess, Decision, NoticeIssue

COLLECT_WITHIN = timedelta(days=30)
TEXT = "notice"
"""The text that tells the station."""


def register() -> None:
    """Called once at start-up. Case number and sub-type only: the text leaves the police network (domain.md §4.5)."""
    kinds.register(
        kinds.Kind(
            TEXT,
            _("Notice ready"),
            _("Case {case} ({subtype}) is decided. Sign in to read the notice."),
            {"case": kinds.case_number, "subtype": kinds.sub_type},
        )
    )


def number_of(case: Case) -> str:
    """Notice number: the case number with its kind in front."""
    return f"TZ-{case.number}"


def check_code(case: Case) -> str:
    """Sixteen characters that only this site can make for this case; printed on the notice for checking it."""
    return code_for(case.number or "")


def code_for(case_number: str) -> str:
    """The same, for the case of that number."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"notice:{case_number}".encode(), hashlib.sha256)
    return mac.hexdigest()[:16].upper()


@transaction.atomic
def issue(*, case_id: int) -> NoticeIssue:
    """Make, seal and announce the notice of a decided case. Doing it again changes nothing."""
    CaseProcess.objects.select_for_update(of=("self",)).get(case_id=case_id)
    case = Case.objects.lock(case_id)
    issued = NoticeIssue.objects.filter(case=case).first()
    if issued is not None:
        return issued
    last = Decision.objects.filter(case=case, voided_at=None).select_related("office", "officer").latest("level")
    composed = paper.compose(_content(case, last))
    document = seals.seal_notice(
        case_id=case.pk,
        pdf=composed.pdf,
        field=Field("unit_seal", 0, "notice", "unit", composed.seal.page, composed.seal.corners),
        office=last.office,
        kind=office_seal_kind(last.office.level),
        by=last.officer,
        on=last.decided_at.astimezone(clock.CITY_TIME).date(),
    )
    issued = NoticeIssue.objects.create(
        case=case,
        number=number_of(case),
        check_code=check_code(case),
        document=document,
        issued_at=clock.now(),
    )
    late_notices.issued(issued, case)
    outbox.put(
        TEXT,
        key=f"notice:{case.pk}",
        office=case.station,
        subject=f"cases.case:{case.pk}",
        case=case.number,
        subtype=case.subtype,
    )
    trail.record(
        "notice.issued",
        subject=case,
        by=None,
        details={"notice": issued.number, "document": document.sha256, "outcome": last.outcome},
    )
    push.announce(group=f"office-{case.station_id}", kind="notice_ready", case=case.pk)
    return issued


@trail.records_refusal("notice.read", subject="cases.case", key="case_id")
@transaction.atomic
def read(*, case_id: int, by: Officer) -> NoticeIssue:
    """The station's desk takes note of the notice; the first reading is kept. Raises NotFound, NotPermitted."""
    case = Case.objects.lock(case_id)
    policies.require(by, "notice.read", case)
    issued = NoticeIssue.objects.filter(case=case).first()
    if issued is None:
        raise NotFound
    if issued.read_at is None:
        issued.read_at, issued.read_by = clock.now(), by
        issued.save(update_fields=["read_at", "read_by"])
        late_notices.read(case)
        trail.record("notice.read", subject=case, by=by, details={"notice": issued.number})
    return issued


def check_url(code: str) -> str:
    """The public page of a check code; "" where the bureau has no public page."""
    return f"{settings.HUKOU_PUBLIC_URL.rstrip('/')}/check/{code}/" if settings.HUKOU_PUBLIC_URL else ""


def _content(case: Case, last: Decision) -> paper.Notice:
    granted = last.outcome == Decision.Outcome.APPROVE
    return paper.Notice(
        bureau=case.station.at_level("city").name,
        number=number_of(case),
        granted=granted,
        case_number=case.number or "",
        category=case.subtype.category_zh,
        sub_type=f"{case.subtype.code} {case.subtype.name_zh}",
        subject_name=case.form.get("subject_name") or case.applicant_name,
        subject_id_number=case.applicant.id_number or "",
        accepting_office=case.station.name,
        accepted_at=case.accepted_at or clock.now(),
        deciding_office=last.office_name,
        decided_at=last.decided_at,
        opinion=last.opinion,
        legal_basis=last.legal_basis,
        next_step=(
            "请派出所在人口信息系统办结登记，打印并回扫办结材料后归档。"
            if granted
            else "请派出所向申请人书面说明理由，并告知其申请复核的途径。"
        ),
        due_on=(clock.now() + COLLECT_WITHIN).astimezone(clock.CITY_TIME).date(),
        printed_at=clock.now(),
        check_code=check_code(case),
        check_url=check_url(check_code(case)),
    )
