"""A real software token (SoftHSM2) in a folder of its own, with the keys of a test."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, KeyType
from pkcs11.util import ec

LIBRARIES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))
PIN = "048317"
"""Begins with a zero: a PIN that was ever a number has lost it."""


@dataclass(frozen=True)
class Tokens:
    """Tokens in one folder; SoftHSM finds it by its configuration, which a process reads at start of the library."""

    folder: Path

    @property
    def library(self) -> str:
        """The PKCS#11 library."""
        return str(next(path for path in LIBRARIES if path.exists()))

    def make(self, label: str, *, ec_key: str = "", rsa_key: str = "") -> None:
        """Initialise a token and generate keys inside it."""
        subprocess.run(
            ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "12345678"],
            check=True, capture_output=True,
        )  # fmt: skip
        library: Any = pkcs11.lib(self.library)
        library.reinitialize()
        with library.get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
            if ec_key:
                curve = {Attribute.EC_PARAMS: ec.encode_named_curve_parameters("secp256r1")}
                session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(
                    label=ec_key, store=True
                )
            if rsa_key:
                session.generate_keypair(KeyType.RSA, 2048, label=rsa_key, store=True)

    def pull_out(self) -> None:
        """Unplug every token."""
        (self.folder / "tokens").rename(self.folder / "drawer")
        (self.folder / "tokens").mkdir()

    def plug_in(self) -> None:
        """Plug them in again."""
        (self.folder / "tokens").rmdir()
        (self.folder / "drawer").rename(self.folder / "tokens")


def begin(folder: Path) -> Tokens:
    """A place for tokens; SOFTHSM2_CONF points at it from here on."""
    (folder / "tokens").mkdir(parents=True)
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)
    return Tokens(folder)
