"""All rows of a case that a verb could touch: a refused verb must leave every one of them as it was."""

from __future__ import annotations

from typing import Any

from workflows.approvals.models import CaseProcess, Decision, Enquiry, Urging
from workflows.archive.models import ArchiveRecord, ArchiveVersion, LateCapture
from workflows.cases.models import Case, MaterialPage
from workflows.seals.models import SealApplication, SealedDocument


def everything_about(case: Case) -> dict[str, Any]:
    """Every row a verb could touch."""
    return {
        "case": Case.objects.filter(pk=case.pk).values().get(),
        "pages": list(MaterialPage.objects.filter(material__case=case).order_by("pk").values()),
        "decisions": list(Decision.objects.filter(case=case).order_by("pk").values()),
        "enquiries": list(Enquiry.objects.filter(case=case).order_by("pk").values()),
        "urgings": list(Urging.objects.filter(case=case).order_by("pk").values()),
        "process": list(CaseProcess.objects.filter(case=case).values()),
        "documents": list(SealedDocument.objects.filter(case=case).order_by("pk").values()),
        "seals": list(SealApplication.objects.filter(document__case=case).order_by("pk").values()),
        "archive": list(ArchiveRecord.objects.filter(case=case).values()),
        "versions": list(ArchiveVersion.objects.filter(record__case=case).order_by("pk").values()),
        "late": list(LateCapture.objects.filter(record__case=case).order_by("pk").values()),
    }
