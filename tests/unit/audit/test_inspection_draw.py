"""The draw: reproducible, never below the floor, led by risk; and the codes of periods."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.inspection import periods
from audit.inspection.selection import Drawn, Entry, Shares, draw, lowest

SEED = hashlib.sha256(b"seed").hexdigest()
SHIPPED = Shares(key_percent=100, share_permille=50, least=2)

entries = st.lists(
    st.builds(
        Entry,
        subject=st.integers(1, 10**6).map(lambda key: f"cases.case:{key}"),
        station=st.sampled_from(["429901010000", "429901020000", "429902010000"]),
        key=st.booleans(),
        weight=st.integers(1, 10),
    ),
    unique_by=lambda entry: entry.subject,
    max_size=120,
)


def of(drawn: list[Drawn]) -> list[str]:
    return [one.entry.subject for one in drawn]


@settings(max_examples=60, deadline=None)
@given(entries, st.randoms(use_true_random=False))
def test_the_same_seed_and_frame_give_the_same_sample_whatever_their_order(
    frame: list[Entry], shuffled: object
) -> None:
    once = draw(SEED, frame, SHIPPED)
    shuffled.shuffle(frame)  # type: ignore[attr-defined]
    assert draw(SEED, frame, SHIPPED) == once


@settings(max_examples=60, deadline=None)
@given(entries)
def test_all_key_business_is_drawn_and_of_the_rest_five_per_cent_but_two_at_each_station(frame: list[Entry]) -> None:
    drawn = set(of(draw(SEED, frame, SHIPPED)))
    assert {entry.subject for entry in frame if entry.key} <= drawn
    for station in {entry.station for entry in frame}:
        rest = [entry.subject for entry in frame if not entry.key and entry.station == station]
        wanted = min(len(rest), max(2, -(-len(rest) // 20)))
        assert len(drawn & set(rest)) == wanted


def test_a_weight_is_a_number_of_lots_and_leads_the_draw_as_a_weighted_one_does() -> None:
    heavy = Entry("cases.case:1", "429901010000", False, 4)
    light = Entry("cases.case:2", "429901010000", False, 1)
    first = Counter(
        of(draw(hashlib.sha256(str(n).encode()).hexdigest(), [heavy, light], Shares(100, 50, 1)))[0]
        for n in range(2000)
    )
    assert 0.76 < first["cases.case:1"] / 2000 < 0.84  # 4 of 5 lots


def test_a_lot_is_what_sha256sum_says() -> None:
    entry = Entry("cases.case:7", "429901010000", False, 2)
    lots = [hashlib.sha256(f"{SEED}/cases.case:7/{number}".encode()).hexdigest() for number in (1, 2)]
    assert lowest(SEED, entry) == min(lots)


@pytest.mark.parametrize(
    ("cadence", "day", "code", "first", "last"),
    [
        ("week", date(2026, 11, 30), "2026-W49", date(2026, 11, 30), date(2026, 12, 6)),
        ("week", date(2027, 1, 3), "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("month", date(2026, 2, 28), "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_a_code_and_days(cadence: str, day: date, code: str, first: date, last: date) -> None:
    period = periods.of(cadence, day)
    assert (period.code, period.first, period.last) == (code, first, last)
    assert periods.read(code) == period
    assert period.after.before == period
    assert period.after.first == last + timedelta(days=1)


def test_a_code_of_no_period_is_refused() -> None:
    for code in ("2026", "2026-13", "2026-W54", "2026-W00", "W48-2026", ""):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever says it
            periods.read(code)
