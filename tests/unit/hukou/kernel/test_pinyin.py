"""How names are read aloud."""

from __future__ import annotations

import pytest

from hukou.kernel import pinyin


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("张晓明", "zhang xiao ming"),
        ("曾明", "zeng ming"),
        ("单雄信", "shan xiong xin"),
        ("长孙无忌", "zhang sun wu ji"),
        ("欧阳娜", "ou yang na"),
        ("吕布", "lv bu"),
    ],
)
def test_a_surname_is_read_its_own_way(name: str, first: str) -> None:
    assert " ".join(pinyin.readings(name)[0]) == first


def test_a_character_of_several_readings_gives_several_but_not_endless_ones() -> None:
    assert {("dan", "yi"), ("shan", "yi")} <= set(pinyin.readings("单一"))
    assert len(pinyin.readings("乐乐乐乐乐乐乐乐")) == pinyin.MOST_READINGS


def test_u_with_dots_is_found_as_v_and_as_u() -> None:
    assert {reading[0] for reading in pinyin.readings("吕")} == {"lv", "lu"}


def test_what_is_not_chinese_has_no_reading() -> None:
    assert pinyin.readings("Ali-7") == []
    assert pinyin.readings("") == []
