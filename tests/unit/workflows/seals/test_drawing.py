"""Seals as outlines: the same picture for file and screen, nothing lost, nothing outside its box."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from workflows.seals import drawing
from workflows.seals.drawing import Drawing

STATION = "云溪市公安局东湖分局柳巷派出所"
SEALS = {
    "station": drawing.round_seal(unit=STATION, kind="户口专用章"),
    "city": drawing.round_seal(unit="云溪市公安局", kind="户政审批专用章"),
    "one": drawing.square_seal(name="丁"),
    "two": drawing.square_seal(name="周明"),
    "three": drawing.square_seal(name="郑国强"),
    "numbered": drawing.round_seal(
        unit="云溪市公安局云东分局经济技术开发区石桥里派出所", kind="户口专用章", number="4299010000012"
    ),
    "oval": drawing.oval_seal(name="欧阳国强", number="010201"),
    "oblong": drawing.oblong_seal(name="阿依古丽·买买提"),
    "long": drawing.square_seal(name="阿依古丽·买买提"),
}


def inside(picture: Drawing) -> bool:
    points = [n for shape in picture.shapes for _, numbers in shape.segments for n in numbers]
    return min(points) >= -0.5 and max(points) <= max(picture.width, picture.height) + 0.5


@pytest.mark.parametrize("name", SEALS)
def test_a_seal_stays_inside_its_box_and_is_all_red(name: str) -> None:
    assert inside(SEALS[name])
    assert {shape.colour for shape in SEALS[name].shapes} == {drawing.RED}


def test_a_round_seal_has_ring_star_and_every_character() -> None:
    assert len(SEALS["station"].shapes) == 2 + len(STATION) + len("户口专用章")


def test_the_number_stands_on_the_lower_arc_and_touches_nothing() -> None:
    seal = SEALS["numbered"]
    digits = seal.shapes[-13:]
    ys = [n for shape in digits for _, numbers in shape.segments for n in numbers[1::2]]
    kind = [n for shape in seal.shapes[-18:-13] for _, numbers in shape.segments for n in numbers[1::2]]
    ring = 1.75 * drawing.MM
    assert ring < min(ys)
    middle = [n for shape in digits[5:8] for _, numbers in shape.segments for n in numbers[1::2]]
    assert max(middle) < min(kind)


def test_characters_of_a_long_name_do_not_overlap() -> None:
    name = "云溪市公安局云东分局经济技术开发区石桥里派出所"
    middles = []
    for shape in drawing.round_seal(unit=name, kind="").shapes[2 : 2 + len(name)]:
        points = [numbers[at : at + 2] for _, numbers in shape.segments for at in range(0, len(numbers), 2)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        middles.append(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    apart = [math.dist(one, other) for one, other in pairwise(middles)]
    assert min(apart) > 2.0 * drawing.MM


def test_a_personal_seal_has_the_shape_chosen() -> None:
    shapes = {shape: drawing.personal_seal(name="周明", shape=shape) for shape in ("square", "oval", "oblong")}
    sizes = {shape: (picture.width / drawing.MM, picture.height / drawing.MM) for shape, picture in shapes.items()}
    assert sizes == {"square": (20, 20), "oval": (30, 20), "oblong": (30, 12)}


def test_a_personal_seal_is_filled_up_to_a_square() -> None:
    assert len(SEALS["two"].shapes) == 1 + len("周明之印")
    assert len(SEALS["three"].shapes) == 1 + len("郑国强印")


def test_a_rare_character_is_drawn_and_an_unknown_one_is_marked() -> None:
    assert len(drawing.square_seal(name="𠮷明").shapes) == 5
    assert len(drawing.square_seal(name="\ue000明").shapes) == 5


@pytest.mark.parametrize("name", SEALS)
def test_a_stored_seal_draws_the_same_picture(name: str) -> None:
    assert drawing.from_json(drawing.to_json(SEALS[name])).operators() == SEALS[name].operators()


@pytest.mark.parametrize("name", SEALS)
def test_screen_and_file_have_the_same_paths(name: str) -> None:
    svg = ElementTree.fromstring(SEALS[name].svg())
    assert len(svg) == len(SEALS[name].shapes)
    operators = SEALS[name].operators()
    assert len(re.findall(rb" c$", operators, re.MULTILINE)) == SEALS[name].svg().count("C")


@pytest.mark.parametrize("length", [2, 40, 120, 200])
def test_an_opinion_is_never_cut(length: int) -> None:
    opinion = ("经审核情况属实" * 40)[:length]
    panel = drawing.signed_panel(
        seal=SEALS["two"],
        opinion=opinion,
        signature_lines=["周明（警号 010201）", "2026年11月21日"],
        width=329,
        height=68,
    )
    written = sum(1 for shape in panel.shapes if shape.colour == drawing.INK)
    blanks = 1
    assert written == length + len("周明（警号 010201）") + len("2026年11月21日") - blanks
    assert inside(panel)


def test_a_seal_is_shrunk_to_its_place_but_never_enlarged() -> None:
    small = drawing.fitted(SEALS["station"], width=60, height=80)
    large = drawing.fitted(SEALS["station"], width=400, height=400)
    assert inside(small)
    assert (small.width, small.height) == (60, 80)
    xs = [n for shape in large.shapes for _, numbers in shape.segments for n in numbers[::2]]
    assert max(xs) - min(xs) == pytest.approx(SEALS["station"].width - 2.2 * drawing.MM, abs=0.1)
