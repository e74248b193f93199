"""Every verb an officer may be refused leaves a trace of the refusal, or stands here with what takes care of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("audit", "capture", "workflows", "hukou/calendar", "hukou/catalogue", "hukou/registry")
SIGNS_OF_A_VERB = ("policies.require", "transaction.atomic", "locked(", "trail.record(")
PART = "is a part of verbs that record their refusals"
JOB = "is called by a job alone; its failure is on record (job.failed)"
ABOVE = "lies below the trail; the console records its refusals (calendar_page.recorded)"

WHY_NOT = {
    "capture.sessions.actions.open_session": PART,
    "workflows.cases.pages.take_out": PART,
    "workflows.cases.letters.follow": JOB,
    "workflows.approvals.first_level.seal_first_level": PART,
    "workflows.seals.actions.sign_step": PART,
    "workflows.seals.actions.seal_notice": JOB,
    "workflows.seals.bulk.signing.end": PART,
    "workflows.seals.register.custody.note": PART,
    "workflows.volumes.differences.note_difference": PART,
    "hukou.calendar.actions.mark_days": ABOVE,
    "hukou.calendar.actions.declare_complete": ABOVE,
}


def test_every_verb_records_its_refusals_or_has_a_reason() -> None:
    assert {name for name, recorded in _verbs() if not recorded} == set(WHY_NOT)


def test_the_search_for_verbs_finds_them() -> None:
    recorded = {name for name, recorded in _verbs() if recorded}
    assert {"workflows.cases.actions.accept_case", "workflows.approvals.actions.decide"} <= recorded
    assert len(recorded) > 40


def _verbs() -> Iterator[tuple[str, bool]]:
    """Public functions that take who acts by name and change something; whether they record refusals."""
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and _is_verb(node):
                    wrapped = any("records_refusal" in ast.unparse(decorator) for decorator in node.decorator_list)
                    yield f"{module}.{node.name}", wrapped


def _is_verb(node: ast.FunctionDef) -> bool:
    said = ast.unparse(node)
    takes_who_acts = any(argument.arg == "by" for argument in node.args.kwonlyargs)
    return takes_who_acts and not node.name.startswith("_") and any(sign in said for sign in SIGNS_OF_A_VERB)
