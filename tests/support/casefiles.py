"""Case files for tests: a real form with its seal fields, and pages that are real JPEGs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

import cv2
import numpy as np

from workflows.papers import approval_form, casefile, specimen
from workflows.papers.approval_form import ApprovalForm, ComposedForm, LevelFrame, MaterialLine
from workflows.papers.notice import Notice
from workflows.seals.types import Field

MORNING = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
STATION, BRANCH = "云溪市公安局东湖分局柳巷派出所", "云溪市公安局东湖分局"
CHAIN = (
    ("station_accept", "受理意见", STATION, False),
    ("station_review", "审核意见", STATION, False),
    ("branch_approve", "审批意见", BRANCH, True),
)
NUMBER = "990102010000202611211102000" + "17"


def form(chain: tuple[tuple[str, str, str, bool], ...] = CHAIN, **changes: object) -> ApprovalForm:
    """An approval form of an invented citizen."""
    said: dict[str, object] = {
        "bureau": "云溪市公安局",
        "case_number": NUMBER,
        "category": "变更更正",
        "sub_type": "1102 成年人姓名变更",
        "applicant_name": "林晓岚",
        "applicant_id_number": "420704199003071238",
        "subject": "成年人姓名变更",
        "accepting_office": STATION,
        "accepted_at": MORNING,
        "fields": (("变更前姓名", "林晓岚"), ("变更后姓名", "林岚"), ("变更理由", "与同村人同名,生活中常被误认。")),
        "facts": ("委托他人代办",),
        "materials": (MaterialLine("户口登记申请表", 1, "ab" * 32), MaterialLine("居民户口簿", 4, "cd" * 32)),
        "levels": tuple(
            LevelFrame(level, heading, office, unit) for level, (_, heading, office, unit) in enumerate(chain, 1)
        ),
        "revision": 1,
        "made_at": MORNING,
    }
    return ApprovalForm(**{**said, **changes})  # type: ignore[arg-type]


def notice(**changes: object) -> Notice:
    """A notice of the branch that grants the request."""
    said: dict[str, object] = {
        "bureau": "云溪市公安局",
        "number": f"TZ-{NUMBER}",
        "granted": True,
        "case_number": NUMBER,
        "category": "变更更正",
        "sub_type": "1102 成年人姓名变更",
        "subject_name": "林晓岚",
        "subject_id_number": "420704199003071238",
        "accepting_office": STATION,
        "accepted_at": MORNING,
        "deciding_office": BRANCH,
        "decided_at": MORNING,
        "opinion": "经审核，材料齐全，情况属实，同意变更姓名。",
        "legal_basis": "",
        "next_step": "请派出所在人口信息系统办结登记。",
        "due_on": date(2026, 12, 21),
        "printed_at": MORNING,
        "check_code": "7K2M94QXA1B2C3D4",
    }
    return Notice(**{**said, **changes})  # type: ignore[arg-type]


def fields(composed: ComposedForm, chain: tuple[tuple[str, str, str, bool], ...] = CHAIN) -> list[Field]:
    """The signature fields of a composed form, in signing order."""
    made = []
    for boxes in composed.boxes:
        step = chain[boxes.level - 1][0]
        for kind, name, box in (("personal", "officer", boxes.officer), ("unit", "unit", boxes.unit)):
            if box is not None:
                made.append(Field(f"level{boxes.level}_{name}", boxes.level, step, kind, box.page, box.corners))
    return made


@lru_cache(maxsize=64)
def jpeg(code: str = "M_APPLY_FORM", name: str = "户口登记申请表", copy: int = 0) -> bytes:
    """A specimen paper as a JPEG, like a page the camera pipeline stores."""
    picture = cv2.imdecode(np.frombuffer(specimen.render(code, name, copy), np.uint8), cv2.IMREAD_COLOR)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert done
    return data.tobytes()


def remarked(jpeg: bytes, words: str) -> bytes:
    """The same picture in a file of its own: `words` stand in a comment segment (JPEG, T.81 B.2.4.5)."""
    said = words.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + jpeg[2:]


@lru_cache(maxsize=8)
def unsigned(pages: int = 2) -> tuple[bytes, list[Field]]:
    """A bound case file of the three-level chain, and where its seals go."""
    composed = approval_form.compose(form())
    return casefile.merge(composed.pdf, [jpeg(copy=n) for n in range(pages)], title=NUMBER), fields(composed)
