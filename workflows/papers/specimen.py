"""Specimen papers: invented sheets, cards and booklet pages, for demonstrations, tests and camera set-up."""

from __future__ import annotations

from .typesetting import template

NAMES = ("周晓岚", "郑一鸣", "何思远", "孙若溪", "吴明泽", "冯静怡", "陈立本", "褚云帆")
ROADS = ("桥头路", "溪畔街", "云台巷", "东湖路", "石桥里", "望江街")
CARDS = ("_ID", "ID_CARD", "OLD_ID")
BOOKLETS = ("HUKOU_BOOK", "BOOK_PAGE", "MARRIAGE_CERT", "PASSPORT")


def shape_of(code: str) -> str:
    """card, booklet or sheet, by the material's code."""
    if code.endswith(CARDS):
        return "card"
    return "booklet" if any(word in code for word in BOOKLETS) else "sheet"


def render(code: str, name_zh: str, copy: int = 0) -> bytes:
    """A paper for material `code` as PNG at 300 dpi (cards) or 200 dpi. No two `copy` numbers look alike."""
    salt = sum(code.encode()) + 7 * copy
    shape = shape_of(code)
    name, road = NAMES[salt % len(NAMES)], ROADS[salt % len(ROADS)]
    rows = [
        ["姓名", name],
        ["住址", f"云溪市云东区{road}{salt % 97 + 1}号"],
        ["编号", f"YX{salt:06d}{copy:02d}"],
    ]
    if shape != "card":
        rows += [
            ["事由", f"办理{name_zh}相关登记（第{copy + 1}份）"],
            ["日期", f"2026年{salt % 11 + 1}月{salt % 27 + 1}日"],
            ["经办", NAMES[(salt + 3) % len(NAMES)]],
        ]
    data = {
        "shape": shape,
        "title": name_zh,
        "rows": rows,
        "body": f"兹证明{name}所述事项属实，所附材料齐全，内容经核对无误。本页为系统演示所用样张，"
        f"其中姓名、地址、编号均系虚构，流水第{salt * 31 % 9973}号，不得作为任何凭证使用。",
        "serial": f"{code} · {salt:06d} · {copy}",
    }
    return template("specimen").png(data, ppi=300 if shape == "card" else 200)[0]
