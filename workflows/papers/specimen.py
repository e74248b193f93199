"""Specimen papers: invented cards, booklet pages, certificates and forms, for demonstrations, tests and camera set-up.

Every one is marked 样张 across its face, and its area code, seals and serial numbers belong to no place.
"""

from __future__ import annotations

from .typesetting import template

NAMES = ("周晓岚", "郑一鸣", "何思远", "孙若溪", "吴明泽", "冯静怡", "陈立本", "褚云帆")
ROADS = ("桥头路", "溪畔街", "云台巷", "东湖路", "石桥里", "望江街")
SHAPES = {
    "card": ("_ID", "ID_CARD", "OLD_ID", "GUARDIAN_ID", "RES_PERMIT"),
    "booklet": ("HUKOU_BOOK", "HOST_BOOK", "COLLECTIVE_BOOK", "BOOK_PAGE", "MARRIAGE_CERT", "PASSPORT", "TRAVEL_DOC"),
    "certificate": ("_CERT", "_PERMIT", "M_PERMIT", "CUSTODY", "GRADUATION"),
    "form": ("_FORM", "CONFIRM_SHEET", "APPROVAL", "_RECORD", "_RECEIPT", "_FP"),
}
PROPORTIONS = {
    "card": 85.6 / 54,
    "booklet": 143 / 105,
    "certificate": 210 / 297,
    "form": 210 / 297,
    "letter": 210 / 297,
}
"""Width over height of each shape."""

PPI = 300
STRIDE = 2_221
"""From case to case by a prime, so that neighbours have other names, dates and addresses alike."""


def shape_of(code: str) -> str:
    """card, booklet, certificate, form or letter, by the material's code."""
    for shape, endings in SHAPES.items():
        if code.endswith(endings) or (shape == "booklet" and any(word in code for word in endings)):
            return shape
    return "letter"


def render(code: str, name_zh: str, copy: int = 0, ppi: int = PPI, *, whose: int = 0) -> bytes:
    """A paper for material `code` as PNG at `ppi` dots per inch, 1:1. No two `copy` numbers look alike.

    Even copies of a card show its front, odd ones its back. `whose`: the case it belongs to; the papers of another are
    other people's and bear another number. 0: nobody's, for whoever needs one specimen and no case.
    """
    shape = shape_of(code)
    return template("specimen").png(
        {
            "shape": shape,
            "title": name_zh,
            **_person(code, copy, whose),
            "back": bool(copy % 2),
            "serial": _serial(code, copy, whose),
        },
        ppi=ppi,
    )[0]


def _person(code: str, copy: int, whose: int) -> dict[str, object]:
    """An invented person, the same for the same paper; two papers that differ in one case differ as much in every other."""
    salt = sum(code.encode()) + 7 * copy + STRIDE * whose
    year, month, day = 1961 + salt % 43, salt % 12 + 1, salt % 28 + 1
    return {
        "name": NAMES[salt % len(NAMES)],
        "other": NAMES[(salt + 3) % len(NAMES)],
        "sex": "男" if salt % 2 else "女",
        "born": f"{year}年{month}月{day}日",
        "address": f"云溪市云东区{ROADS[salt % len(ROADS)]}{salt % 97 + 1}号{salt % 5 + 1}栋{salt % 6 + 1}0{salt % 4 + 1}室",
        "id_number": f"990102{year}{month:02d}{day:02d}{salt % 1000:03d}X",
        "household": f"{salt * 7919 % 10**9:09d}",
        "written": f"2026年{salt % 11 + 1}月{salt % 27 + 1}日",
    }


def _serial(code: str, copy: int, whose: int) -> str:
    serial = f"{code} · {sum(code.encode()):06d} · {copy}"
    return f"{serial} · {whose}" if whose else serial
