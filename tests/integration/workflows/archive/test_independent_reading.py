"""A filed case as its files tell it: read with poppler, OpenSSL and pikepdf, with no code of ours and no pyHanko."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from tests.support.stages import Bureau
from tests.support.tools import needs
from workflows.archive import shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(bureau: Bureau) -> Path:
    """What lies on the shelf after a case of four levels."""
    record = bureau.filed("1105").archive_record
    shelf.lay_out(record)
    return shelf.folder_of(record)


def signatures(path: Path) -> list[tuple[bytes, bytes]]:
    """Container and signed bytes of every signature, in the order in which they were put on."""
    data, found = path.read_bytes(), []
    with pikepdf.open(path) as pdf:
        for field in pdf.Root.AcroForm.Fields:
            if "/V" in field:
                start, length, after, rest = (int(number) for number in field.V.ByteRange)
                container = bytes.fromhex(data[start + length + 1 : after - 1].decode())
                found.append((after + rest, _der(container), data[start : start + length] + data[after : after + rest]))
    return [(container, signed) for _end, container, signed in sorted(found, key=lambda each: each[0])]


def _der(padded: bytes) -> bytes:
    """The container without the zeros that fill its place."""
    head = 2 + (padded[1] & 0x7F if padded[1] & 0x80 else 0)
    length = int.from_bytes(padded[2:head]) if padded[1] & 0x80 else padded[1]
    return padded[: head + length]


TIME_STAMP = bytes.fromhex("060b2a864886f70d0109100104")
"""DER of the identifier of a time stamp's content (RFC 3161 clause 2.4.2)."""


@needs("pdfsig")
@needs("openssl")
def test_two_strangers_agree_that_every_seal_is_valid(folder: Path, tmp_path: Path) -> None:
    trust = ["-CAfile", str(settings.HUKOU_DATA_DIR / "keys" / "ca-p256" / "root.pem")]
    for name, least in (("case_file.pdf", 4), ("notice.pdf", 1)):
        found = signatures(folder / name)
        seals = [one for one in found if TIME_STAMP not in one[0][:80]]
        assert len(seals) >= least
        said = subprocess.run(["pdfsig", "-nocert", folder / name], capture_output=True, text=True, check=False).stdout
        assert len(re.findall(r"Signature Validation: Signature is Valid\.", said)) == len(seals)
        assert said.count("Total document signed") == 1
        for container, signed in found:
            (tmp_path / "seal.der").write_bytes(container)
            (tmp_path / "signed.bin").write_bytes(signed)
            if TIME_STAMP in container[:80]:
                words = ["ts", "-verify", "-token_in", "-in", "seal.der", "-data", "signed.bin", *trust]
            else:
                words = ["cms", "-verify", "-cades", "-inform", "DER", "-in", "seal.der", "-content", "signed.bin"]
                words += ["-binary", *trust, "-purpose", "any", "-out", "out.bin"]
            verdict = subprocess.run(["openssl", *words], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert verdict.returncode == 0, verdict.stderr
        assert TIME_STAMP in found[-1][0][:80]


@needs("pdfsig")
def test_a_stranger_sees_a_changed_byte_too(folder: Path, tmp_path: Path) -> None:
    data = bytearray((folder / "case_file.pdf").read_bytes())
    data[len(data) // 3] ^= 1
    (tmp_path / "forged.pdf").write_bytes(bytes(data))
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "forged.pdf"], capture_output=True, text=True, check=False)
    assert "Signature is Valid" not in said.stdout


def test_the_case_file_holds_the_captured_pages_byte_for_byte(folder: Path) -> None:
    with pikepdf.open(folder / "case_file.pdf") as pdf:
        images = {bytes(image.read_raw_bytes()) for page in pdf.pages for image in page.get_images().values()}
    pages = [path.read_bytes() for path in sorted((folder / "pages").iterdir())]
    bound = [page for page in pages if page in images]
    assert len(bound) == 10  # the papers of completion came after the seals
    assert len(pages) == 13
