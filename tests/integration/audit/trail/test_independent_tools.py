"""What programs that are not ours say of a published log."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pymerkle
import pytest

from audit.trail import actions as trail
from audit.trail import merkle, notes, proofs, publication
from audit.trail.models import Checkpoint, Event
from hukou.accounts.models import Officer
from tests.support.tools import needs

pytestmark = pytest.mark.django_db(transaction=True)

PROGRAM = Path(__file__).resolve().parents[3] / "support" / "interop" / "tilelog.go"
GOPATH = Path("/usr/share/gocode")
SIZES = (1, 255, 256, 300)


@pytest.fixture(scope="session")
def tilelog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built against Debian's golang.org/x/mod."""
    place = tmp_path_factory.mktemp("tilelog")
    quiet = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(place / "cache"), "GOFLAGS": ""}
    subprocess.run(
        ["go", "build", "-o", str(place / "tilelog"), str(PROGRAM)],
        env={**os.environ, **quiet},
        check=True,
        timeout=300,
    )
    return place / "tilelog"


def grown(clerk: Officer, size: int) -> Path:
    while (there := Event.objects.count()) < size:
        trail.record("paper.laid", subject=f"cases.case:{there % 3}", by=clerk, details={"pages": there})
    trail.sequence(patience=30)
    publication.publish()
    return publication.folder()


@needs("go")
@pytest.mark.skipif(
    shutil.which("go") is not None and not (GOPATH / "src/golang.org/x/mod").exists(), reason="no x/mod"
)
def test_go_verifies_checkpoint_inclusion_growth_and_the_whole_tree(
    tilelog: Path, clerk: Officer, data_dir: Path
) -> None:
    key = str(notes.log_signer(data_dir).verifier)
    for size in SIZES:
        folder = grown(clerk, size)
        said = subprocess.run([tilelog, folder, key], capture_output=True, text=True, check=False, timeout=60)
        assert said.stdout == f"held {size}\n", said.stdout + said.stderr
    other = str(notes.Signer(notes.log_signer(data_dir).name, bytes(32)).verifier)
    said = subprocess.run([tilelog, folder, other], capture_output=True, text=True, check=False, timeout=60)
    assert (said.returncode, said.stdout.split(":")[0]) == (1, "WRONG")
    entries = folder / "tile/entries/000"
    entries.write_bytes(entries.read_bytes().replace(b"paper.laid", b"paper.lost", 1))
    said = subprocess.run([tilelog, folder, key], capture_output=True, text=True, check=False, timeout=60)
    assert (said.returncode, said.stdout.split(":")[0]) == (1, "WRONG")


def test_pymerkle_comes_to_the_same_heads_and_accepts_our_proofs(clerk: Officer, data_dir: Path) -> None:
    grown(clerk, 70)
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for event in Event.objects.order_by("txid", "pk"):
        tree.append_entry(bytes(event.leaf))
    assert tree.get_root() == bytes(Checkpoint.objects.get().root)
    tiles = publication.tiles()
    for index in (0, 33, 69):
        proof = tree.prove_inclusion(index + 1)
        path = proofs.inclusion(tiles, index, 70)
        assert proof.serialize()["path"][1:] == [step.hex() for step in path]
        assert merkle.verify_inclusion(index, 70, tree.get_leaf(index + 1), path, tree.get_root())
