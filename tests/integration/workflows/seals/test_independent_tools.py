"""What programs that are not ours say of an honest file."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import pem
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.support import casefiles
from workflows.seals import verify
from workflows.seals.authority import local

from .conftest import Signing


def needs(tool: str) -> pytest.MarkDecorator:
    """Skip where the tool is not installed, except in CI where it must be."""
    missing = shutil.which(tool) is None and not os.environ.get("CI")
    return pytest.mark.skipif(missing, reason=f"{tool} is not installed")


@needs("pdfsig")
def test_pdfsig_finds_every_signature_valid(sealed: Signing, tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed.bytes())
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout
    assert re.findall(r"Signature Field Name: (\S+)", said) == [
        "level1_officer",
        "level2_officer",
        "level3_officer",
        "level3_unit",
        *(stamp.field_name for stamp in verify.report(sealed.bytes(), sealed.expected()).stamps),
    ]
    assert said.count("Signature Validation: Signature is Valid.") == 4
    assert said.count("ETSI.CAdES.detached") == 4
    assert said.count("Total document signed") == 1


@needs("openssl")
def test_openssl_verifies_every_container_as_cades(sealed: Signing, tmp_path: Path) -> None:
    pdf = sealed.bytes()
    root = tmp_path / "root.pem"
    root.write_bytes(pem.armor("CERTIFICATE", local.authority().root.dump()))
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    assert len(signatures) == 4
    for signature in signatures:
        a, b, c, d = signature.byte_range
        (tmp_path / "ranges.bin").write_bytes(pdf[a : a + b] + pdf[c : c + d])
        (tmp_path / "seal.der").write_bytes(signature.pkcs7_content)
        said = subprocess.run(
            ["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", "seal.der", "-content", "ranges.bin", "-binary", "-CAfile", "root.pem", "-purpose", "any", "-out", "out.bin"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        assert "Verification successful" in said.stderr


def test_the_pages_are_still_the_captured_bytes(sealed: Signing) -> None:
    with pikepdf.open(io.BytesIO(sealed.bytes())) as pdf:
        drawn = [thing for page in pdf.pages[1:] for thing in page.Resources.XObject.values()]
        images = [thing.read_raw_bytes() for thing in drawn if thing.Subtype == "/Image"]
        assert pdf.docinfo.get("/Author") is None
        assert str(pdf.docinfo.get("/Title", casefiles.NUMBER)) == casefiles.NUMBER
    assert images == [casefiles.jpeg(copy=0), casefiles.jpeg(copy=1)]


@needs("pdftoppm")
def test_the_seal_is_printed_in_red(sealed: Signing, tmp_path: Path) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed.bytes())
    subprocess.run(["pdftoppm", "-r", "40", "-f", "1", "-l", "1", str(path), str(tmp_path / "page")], check=True)
    pixels = next(tmp_path.glob("page*.ppm")).read_bytes()[-(331 * 468 * 3) :]
    red = sum(1 for r, g, b in zip(*[iter(pixels)] * 3, strict=False) if r > 170 and g < 90 and b < 90)
    assert red > 800
