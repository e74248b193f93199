"""Pictures spoiled at random, the same ones every time: bytes changed, cut out, doubled, swapped, markers forged.

`python -m tests.faults.mutations COUNT [SEED]` works on so many of them with bounded memory and prints what became of
them as JSON. Anything but a result or a plain refusal ends it with an error; a crash ends it altogether.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections import Counter
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image

from capture.pipeline import specimens
from capture.pipeline.decode import decode
from capture.pipeline.errors import Unreadable
from capture.pipeline.run import process

MEMORY = 3 << 30
"""Bytes the whole run may take."""
EVERY = 25
"""One in so many readable pictures goes through the whole pipeline."""
MARKERS = bytes(range(0xC0, 0x100))


def bases() -> list[bytes]:
    """Small pictures of every kind that is taken: baseline, progressive and grey JPEG, PNG."""
    photo = cv2.imdecode(
        np.frombuffer(specimens.photograph(specimens.sheet(1), 1, (160, 120)), np.uint8), cv2.IMREAD_COLOR
    )
    picture = Image.fromarray(np.ascontiguousarray(photo[..., ::-1]))  # type: ignore[index]
    kept = []
    for form, more in (("JPEG", {"quality": 80}), ("JPEG", {"progressive": True}), ("PNG", {})):
        shelf = io.BytesIO()
        picture.save(shelf, form, **more)
        kept.append(shelf.getvalue())
    shelf = io.BytesIO()
    picture.convert("L").save(shelf, "JPEG")
    return [*kept, shelf.getvalue()]


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """`count` spoiled pictures."""
    rng = np.random.default_rng(seed)
    whole = bases()
    for number in range(count):
        data = bytearray(whole[number % len(whole)])
        for _ in range(int(rng.integers(1, 8))):
            at = int(rng.integers(2, len(data)))
            match int(rng.integers(0, 6)):
                case 0:
                    data[at] ^= 1 << int(rng.integers(0, 8))
                case 1:
                    data[at : at + int(rng.integers(1, 40))] = rng.bytes(int(rng.integers(0, 40)))
                case 2:
                    data[at:at] = data[at : at + int(rng.integers(1, 200))]
                case 3:
                    del data[at : at + int(rng.integers(1, 200))]
                case 4:
                    data[at : at + 2] = bytes([0xFF, int(rng.choice(list(MARKERS)))])
                case _:
                    data[at : at + 2] = b"\xff\xff"
            if len(data) < 8:
                break
        yield bytes(data)


def main(count: int, seed: int) -> None:
    """Work on the spoiled pictures; OpenCV's own complaints about them go nowhere."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    outcomes: Counter[str] = Counter()
    for number, data in enumerate(mutants(count, seed)):
        try:
            decode(data)
            outcomes["readable"] += 1
            if number % EVERY == 0:
                process(data)
        except Unreadable as refused:
            outcomes[refused.reason] += 1
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
