"""The README says exactly which attacks on the trail are tested, and what notices each."""

from __future__ import annotations

from audit.trail.verification import words
from tests.support import tampering


def test_the_table_in_the_readme_is_that_of_the_tests() -> None:
    assert tampering.in_readme() == tampering.table()


def test_every_kind_of_finding_is_explained_and_shown_by_an_attack() -> None:
    told = tampering.README.read_text(encoding="utf-8")
    shown = {one.detector for one in tampering.attacks()}
    assert [kind for kind in words.WORDS if f"| `{kind}` |" not in told] == []
    assert [kind for kind in words.WORDS if kind not in shown] == []
