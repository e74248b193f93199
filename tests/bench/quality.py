"""How well quality tells good pages from bad: graded series of every defect, and good pages none of which may be refused.

`python -m tests.bench.quality` prints the table of docs/capture-quality.md: `--scenes` pictures per strength (4), `--good`
good pages (500).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from capture.pipeline.run import process
from capture.pipeline.types import Verdict
from tests.support.scenes import SERIES, Scene, good_pages


def rows() -> Iterator[tuple[str, float, str, str]]:
    """Rows (name, value, unit, note): 24 good pages, and every series at its ends with two scenes each."""
    verdicts = Counter(_verdict(scene)[0] for scene in good_pages(24))
    yield "quality: good pages passed", verdicts["pass"], "of 24", f"{verdicts['warn']} warned"
    yield "quality: good pages refused", verdicts["refuse"] + verdicts["none"], "of 24", "must be 0"
    worst = [(series, seed) for series in SERIES for seed in range(2)]
    noticed = [series.finding in _verdict(series.scene(series.strengths[-1], seed))[1] for series, seed in worst]
    yield "quality: strongest defects named", sum(noticed), f"of {len(noticed)}", f"{len(SERIES)} series"


def table(scenes: int, only: str = "") -> Iterator[str]:
    """The confusion table as Markdown, a line per strength of each series."""
    yield "| finding | strength | pass | warn | refuse | named |"
    yield "|---|---|---:|---:|---:|---:|"
    for series in (series for series in SERIES if only in ("", series.finding)):
        yield f"| **{series.finding}** | {series.strength} | | | | |"
        for strength in series.strengths:
            seen = [_verdict(series.scene(strength, seed)) for seed in range(scenes)]
            verdicts = Counter(verdict for verdict, _codes in seen)
            named = sum(series.finding in codes for _verdict, codes in seen)
            counts = " | ".join(str(verdicts[verdict.value]) for verdict in Verdict)
            others = sorted({code for _verdict, codes in seen for code in codes} - {series.finding})
            yield f"| | {strength:g} | {counts} | {named}{' + ' + ', '.join(others) if others else ''} |"


def _verdict(scene: Scene) -> tuple[str, set[str]]:
    """The verdict on a scene and what was found; "none" where no page was seen."""
    photo, settings = scene
    result = process(photo, settings)
    if result.first is None:
        return "none", set()
    return result.verdict.value, {finding.code for finding in result.first.findings}


def _good(count: int, *, find: bool) -> Iterator[str]:
    verdicts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for number, scene in enumerate(good_pages(count, find=find)):
        verdict, found = _verdict(scene)
        verdicts[verdict] += 1
        codes.update(found)
        if number % 50 == 49:
            sys.stderr.write(f"{number + 1} of {count} good pages\n")
        if verdict != "pass":
            sys.stderr.write(f"good page {number}: {verdict} {sorted(found)}\n")
    yield f"Good pages: {count}; " + ", ".join(
        f"{name} {verdicts[name]}" for name in ("pass", "warn", "refuse", "none")
    )
    yield "Named on good pages: " + (", ".join(f"{code} {n}" for code, n in codes.most_common()) or "nothing")


def main() -> int:
    """0 when no good page was refused or lost, 1 otherwise."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    django.setup()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=4, help="pictures per strength")
    parser.add_argument("--only", default="", help="one finding")
    parser.add_argument("--good", type=int, default=500, help="good pages")
    parser.add_argument("--find", action="store_true", help="good pages are to be found first")
    asked = parser.parse_args()
    if asked.scenes:
        for line in table(asked.scenes, asked.only):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    lines = list(_good(asked.good, find=asked.find)) if asked.good else []
    sys.stdout.writelines(f"\n{line}\n" for line in lines)
    return 0 if not lines or "refuse 0, none 0" in lines[0] else 1


if __name__ == "__main__":
    sys.exit(main())
