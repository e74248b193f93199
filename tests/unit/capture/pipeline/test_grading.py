"""No good page is refused; every defect, weak to strong, goes from pass to warn to refuse and never back."""

from __future__ import annotations

import pytest

from capture.pipeline import networks
from capture.pipeline.run import process
from capture.pipeline.types import Verdict
from tests.support.nights import by_day
from tests.support.scenes import SERIES, Series, good_pages

RANK = {Verdict.PASS: 0, Verdict.WARN: 1, Verdict.REFUSE: 2}
pytestmark = pytest.mark.slow


@pytest.mark.nightly
def test_of_sixteen_good_pages_none_is_refused_and_none_doubted() -> None:
    for number, (photo, settings) in enumerate(good_pages(16)):  # five hundred: python -m tests.bench.quality
        (result,) = process(photo, settings).pages
        assert (number, result.verdict, result.findings) == (number, Verdict.PASS, ())


@pytest.mark.parametrize("series", by_day(4, SERIES), ids=lambda series: f"{series.finding}: {series.strength}")
def test_a_defect_is_the_worse_the_stronger_it_is(series: Series) -> None:
    if "face" in series.finding and networks.state(networks.FACES) != "ready":
        pytest.skip("the network was not fetched on this machine")
    verdicts = []
    middle = series.strengths[len(series.strengths) // 2]
    for strength in (series.strengths[0], middle, series.strengths[-1]):  # all of them: python -m tests.bench.quality
        (result,) = process(*series.scene(strength, 2)).pages
        verdicts.append(result.verdict)
    assert [RANK[verdict] for verdict in verdicts] == sorted(RANK[verdict] for verdict in verdicts)
    assert verdicts[0] is Verdict.PASS
    assert series.finding in {finding.code for finding in result.findings}
