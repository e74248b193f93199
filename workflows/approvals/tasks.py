"""Jobs of this layer: ids as arguments, one verb each."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hukou.kernel import clock

from . import late_notices, notices, written_answers

GIVEN_UP = timedelta(minutes=40)
"""After this the job of a notice has made its eight attempts."""


@app.task(name="notice.issue", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def issue_notice(*, case_id: int) -> None:
    """Make, seal and send the notice of a decided case."""
    notices.issue(case_id=case_id)


@app.task(name="letter.follow_decision", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def write_letter(*, decision_id: int) -> None:
    """Tell the applicant in writing what a return asks for, or why the case was refused."""
    written_answers.write(decision_id=decision_id)


@app.periodic(cron="10-59/20 * * * *", periodic_id="notice.try_again")
@app.task(name="notice.try_again", queueing_lock="notice.try_again")
def try_again(timestamp: int) -> None:
    """Notices whose job has given up: the unit's seal may have been resumed or renewed since."""
    for case_id in late_notices.without_notice(clock.now() - GIVEN_UP).values_list("pk", flat=True):
        issue_notice.defer(case_id=case_id)
