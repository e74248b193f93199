"""Jobs of this layer: ids as arguments, one verb each."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import notices, written_answers


@app.task(name="notice.issue", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def issue_notice(*, case_id: int) -> None:
    """Make, seal and send the notice of a decided case."""
    notices.issue(case_id=case_id)


@app.task(name="letter.follow_decision", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def write_letter(*, decision_id: int) -> None:
    """Tell the applicant in writing what a return asks for, or why the case was refused."""
    written_answers.write(decision_id=decision_id)
