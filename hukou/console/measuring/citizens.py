"""Invented citizens: names as common as they are, ID numbers of a region that does not exist, all different."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from hukou.kernel import id_numbers

AREAS = ("429981", "429982", "429983")
"""Area codes nobody has, beside those of the demo city: its people and these never meet under one number."""
FIRST_BIRTH = date(1946, 1, 1)
DAYS = 22_645
"""Births lie in the 62 years from then: everyone is of age."""
SEQUENCES = 999
CITIZENS = len(AREAS) * DAYS * SEQUENCES
"""So many have a number of their own."""
_STRIDE = 32_452_843
"""A prime that shares no factor with CITIZENS: neighbours in the list are strangers in the numbers."""

_SURNAMES = (
    "王 72 李 71 张 68 刘 54 陈 46 杨 31 黄 22 赵 21 吴 20 周 20 徐 15 孙 15 马 13 朱 13 胡 13 郭 12 何 12 林 12 高 10 罗 10 "
    "郑 9 梁 9 谢 8 宋 8 唐 7 许 7 韩 7 邓 7 冯 7 曹 6 彭 6 曾 6 肖 6 田 5 董 5 潘 5 袁 5 蔡 5 蒋 5 余 5 于 4 杜 4 叶 4 程 4 "
    "魏 4 苏 4 吕 4 丁 4 任 4 卢 4 姚 3 沈 3 钟 3 姜 3 崔 3 谭 3 陆 3 范 3 汪 2 廖 2 石 2 金 2 欧阳 1 上官 1 褚 1 阎 1"
)
_OF_MEN = "伟 9 强 8 军 8 勇 6 杰 6 涛 6 明 6 建 7 国 6 华 6 志 6 文 5 平 5 辉 4 鹏 4 浩 4 宇 4 海 4 波 3 斌 3 林 3 峰 3 云 2 俊 3 立 2 民 3 德 2 永 2 祥 2 瑞 1"
_OF_WOMEN = "丽 9 敏 8 静 8 芳 7 娟 6 艳 6 玲 6 秀 6 英 7 霞 5 梅 5 红 5 燕 5 婷 5 雪 4 琴 4 兰 4 云 3 桂 3 淑 4 萍 4 慧 3 洁 3 欣 2 雅 2 玉 4 珍 3 月 2 凤 3 莹 2"
_STREETS = ("桥头路", "溪畔街", "云台巷", "东湖路", "石桥里", "望江街", "柳林路", "南浦巷", "古塔街", "青石弄")


@dataclass(frozen=True)
class Citizen:
    """Somebody nobody is."""

    name: str
    id_number: str
    sex: str
    """GB/T 2261.1."""
    born_on: date
    phone: str
    address: str


class _Lot:
    """Words drawn as often as they are common."""

    def __init__(self, table: str) -> None:
        entries = table.split()
        weighed = zip(entries[::2], entries[1::2], strict=True)
        self._words = [word for word, weight in weighed for _ in range(int(weight))]

    def draw(self, rng: Random) -> str:
        return self._words[int(rng.random() * len(self._words))]


_SURNAME = _Lot(_SURNAMES)
_GIVEN = {"1": _Lot(_OF_MEN), "2": _Lot(_OF_WOMEN)}


def citizen(place: int, rng: Random) -> Citizen:
    """The citizen at `place` (from 0, below CITIZENS): the number comes from the place alone, so it is never given twice."""
    mixed = place * _STRIDE % CITIZENS
    mixed, sequence = divmod(mixed, SEQUENCES)
    area, day = divmod(mixed, DAYS)
    born = FIRST_BIRTH + timedelta(days=day)
    sex = "1" if (sequence + 1) % 2 else "2"
    dice = rng.random
    body = f"{AREAS[area]}{born:%Y%m%d}{sequence + 1:03d}"
    return Citizen(
        name=name(sex, rng),
        id_number=body + id_numbers.check_character(body),
        sex=sex,
        born_on=born,
        phone=f"1390000{int(10_000 * dice()):04d}",
        address=(
            f"云溪市{_STREETS[int(len(_STREETS) * dice())]}{1 + int(180 * dice())}号{1 + int(6 * dice())}栋"
            f"{1 + int(18 * dice())}0{1 + int(4 * dice())}室"
        ),
    )


def name(sex: str, rng: Random) -> str:
    """A surname and one or two given syllables."""
    given = _GIVEN[sex]
    second = given.draw(rng) if rng.random() < 0.8 else ""
    return _SURNAME.draw(rng) + given.draw(rng) + second
