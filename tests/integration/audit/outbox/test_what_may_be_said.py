"""No citizen's name, number or telephone finds a way into a text."""

from __future__ import annotations

import pytest

from audit.outbox import kinds
from audit.outbox.kinds import Kind, UnfitText

CASE = "42990101000020261121110100001"
ID_NUMBER = "420704199003071238"


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        (kinds.case_number, "张三"),
        (kinds.case_number, ID_NUMBER),
        (kinds.case_number, CASE + ID_NUMBER),
        (kinds.sub_type, "成年人姓名"),
        (kinds.count, "3"),
        (kinds.count, -1),
        (kinds.count, int(ID_NUMBER)),
    ],
)
def test_a_slot_takes_nothing_but_its_own_sort(slot: kinds.Slot, value: object) -> None:
    with pytest.raises(UnfitText):
        slot(value)


@pytest.mark.parametrize("digits", [ID_NUMBER, "42070219850101401X", "420704900307123", "13800000000"])
def test_digits_like_those_of_a_person_are_refused_wherever_they_come_from(digits: str) -> None:
    kinds.register(Kind(f"leak{digits}", "", f"号码{digits}，{{case}}", {"case": kinds.case_number}))
    with pytest.raises(UnfitText):
        kinds.compose(f"leak{digits}", {"case": CASE})


def test_a_case_number_is_no_such_digits_and_slots_are_all_or_nothing() -> None:
    kinds.register(Kind("plain", "", "办件{case}", {"case": kinds.case_number}))
    assert kinds.compose("plain", {"case": CASE}) == f"办件{CASE}"
    for said in ({}, {"case": CASE, "name": "张三"}):
        with pytest.raises(UnfitText):
            kinds.compose("plain", said)
