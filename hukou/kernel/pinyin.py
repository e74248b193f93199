"""How Chinese names are read aloud, for finding people by what a clerk types with the Latin keys.

Readings come without tones. A character may have several (单: dan, shan, chan), and a surname is read its own way
(曾 zeng, 单 shan), so a name has a few readings rather than one; the likeliest comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

from pypinyin import Style, pinyin

MOST_READINGS = 8
"""Of one name. Beyond that a reading is one nobody uses."""

SURNAMES: dict[str, tuple[str, ...]] = {
    "长孙": ("zhang", "sun"),
    "尉迟": ("yu", "chi"),
    "万俟": ("mo", "qi"),
    "澹台": ("tan", "tai"),
    "单于": ("chan", "yu"),
    "曾": ("zeng",),
    "单": ("shan",),
    "解": ("xie",),
    "仇": ("qiu",),
    "区": ("ou",),
    "盖": ("ge",),
    "查": ("zha",),
    "任": ("ren",),
    "朴": ("piao",),
    "覃": ("qin",),
    "缪": ("miao",),
    "乐": ("yue",),
    "尉": ("wei",),
    "员": ("yun",),
    "黑": ("he",),
    "折": ("she",),
    "重": ("chong",),
    "秘": ("bi",),
    "么": ("yao",),
    "翟": ("zhai",),
    "种": ("chong",),
    "繁": ("po",),
    "洗": ("xian",),
    "祭": ("zhai",),
}
"""Surnames that dictionaries read as the everyday word."""


def is_hanzi(character: str) -> bool:
    """True for a Chinese character, the rare planes included."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


@lru_cache(maxsize=65_536)
def _of(character: str) -> tuple[str, ...]:
    """Readings of one character without tones, the commonest first; ü as v, and as u where people type it so."""
    found: dict[str, None] = {}
    for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
        plain = reading.lower().replace("ü", "v")
        if plain.isascii() and plain.isalpha():
            found[plain] = None
            if "v" in plain:
                found[plain.replace("v", "u")] = None
    return tuple(found)


def readings(name: str) -> list[tuple[str, ...]]:
    """The readings of a name, each a syllable per character; characters nobody can read are left out.

    >>> readings("曾明")[0]
    ('zeng', 'ming')
    """
    surname = next((name[:n] for n in (2, 1) if name[:n] in SURNAMES), "")
    choices: list[Sequence[str]] = [(syllable,) for syllable in SURNAMES.get(surname, ())]
    if len(surname) == 1:
        choices = [tuple(dict.fromkeys((*choices[0], *_of(surname))))]
    choices += [found for character in name[len(surname) :] if is_hanzi(character) and (found := _of(character))]
    return list(itertools.islice(itertools.product(*choices), MOST_READINGS)) if choices else []
