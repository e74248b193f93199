"""Verifies the trail of household-registration cases away from the system that wrote it. 脱离原系统核验户籍办件轨迹。

    python -m audit.verify FOLDER_OR_FILE [--key VKEY] [--witness VKEY ...] [--jobs N] [--json]

One file; needs Python 3.11 and the package `cryptography`, no database and nothing else of the system. It verifies
a whole copied log (a folder with `checkpoint` and `tile/`), an exported trail (a folder with `*.tlog-proof` files) or
one proof. Formats: C2SP tlog-tiles, tlog-checkpoint, tlog-proof and tlog-cosignature; hashing: RFC 6962.

Exit status: 0 everything held, 1 something is wrong, 2 it could not be verified.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HELD, WRONG, COULD_NOT_RUN = 0, 1, 2
LOG_KEY, WITNESS_KEY = 1, 4
"""Kinds of Ed25519 keys in signed notes: a log's, and a witness's, who says when."""
TILE = 256


class CannotVerify(Exception):
    """Something that is needed is missing or cannot be read; nothing is said about the trail."""


class Untrue(Exception):
    """A statement that does not hold."""


@dataclass(frozen=True)
class Key:
    """Somebody's public key: NAME+ID+BASE64."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read the text form. Raises CannotVerify."""
        name, _, rest = text.strip().partition("+")
        stated, _, encoded = rest.partition("+")
        try:
            blob = base64.b64decode(encoded, validate=True)
        except ValueError:
            blob = b""
        if len(blob) != 33 or blob[0] not in (LOG_KEY, WITNESS_KEY):
            raise CannotVerify(f"not an Ed25519 verifier key / 不是 Ed25519 公钥: {text[:60]}")
        key = cls(name, blob[0], blob[1:])
        if key.id.hex() != stated:
            raise CannotVerify(f"the key does not fit its number / 公钥与编号不符: {text[:60]}")
        return key

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def signed(self, text: str, signature: bytes) -> datetime | None:
        """Check a signature over the text of a note; when, if a witness made it. Raises Untrue."""
        said, moment = text.encode(), None
        if self.kind == WITNESS_KEY:
            seconds = int.from_bytes(signature[:8], "big")
            said, signature = f"cosignature/v1\ntime {seconds}\n".encode() + said, signature[8:]
            moment = datetime.fromtimestamp(seconds, UTC)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, said)
        except InvalidSignature:
            raise Untrue(f"the signature of {self.name} does not fit / {self.name} 的签名不符") from None
        return moment


@dataclass(frozen=True)
class Note:
    """A signed checkpoint."""

    text: str
    origin: str
    size: int
    root: bytes
    signatures: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, note: str) -> Note:
        """Take it apart; no signature is checked. Raises Untrue."""
        text, blank, tail = note.rpartition("\n\n")
        try:
            origin, size, root, *_more = (text + "\n").splitlines()
            head = base64.b64decode(root, validate=True)
            if not blank or not tail.endswith("\n") or len(head) != 32 or str(int(size)) != size:
                raise ValueError(note)
            lines = []
            for line in tail.splitlines():
                dash, name, encoded = line.split(" ")
                if dash != "—":
                    raise ValueError(line)
                lines.append((name, base64.b64decode(encoded, validate=True)))
        except ValueError:
            raise Untrue("the checkpoint is not a signed note / 检查点格式有误") from None
        return cls(text + "\n", origin, int(size), head, tuple(lines))

    def opened(self, key: Key) -> datetime | None:
        """Check the signature of `key`. Raises Untrue, also where there is none. Other signatures are ignored."""
        for name, blob in self.signatures:
            if name == key.name and blob[:4] == key.id:
                return key.signed(self.text, blob[4:])
        raise Untrue(f"not signed by {key.name} / 缺少 {key.name} 的签名")


@dataclass
class Report:
    """What was found."""

    held: bool = True
    origin: str = ""
    size: int = 0
    """Entries the checkpoint speaks of."""
    root: str = ""
    entries: int = 0
    """Entries whose bytes were verified."""
    witnesses: dict[str, str] = field(default_factory=dict)
    """Witness → when it saw this checkpoint (UTC)."""
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, finding: str) -> None:
        """Something is wrong."""
        self.held = False
        self.findings.append(finding)


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """The head over hashes: pair by pair, row by row; an odd one goes up as it is."""
    while len(hashes) > 1:
        paired = [node_hash(a, b) for a, b in zip(hashes[::2], hashes[1::2], strict=False)]
        hashes = paired + hashes[len(paired) * 2 :]
    return hashes[0] if hashes else hashlib.sha256(b"").digest()


def included(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The head that a leaf and its path lead to (RFC 9162 §2.1.3.2). Raises Untrue when the path has a wrong length."""
    node, place, last = leaf, index, size - 1
    for step in path:
        if not last:
            raise Untrue("the path is too long / 路径过长")
        if place & 1 or place == last:
            node = node_hash(step, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Untrue("the path is too short / 路径过短")
    return node


def verify_log(folder: Path, key: Key, witnesses: list[Key], jobs: int = 1) -> Report:
    """Every byte of a copied log: entries, tiles, head, signatures, and the numbering of each subject."""
    report = _opened((folder / "checkpoint").read_text(encoding="utf-8"), key, witnesses)
    numbers: dict[str, int] = {}
    heads: list[bytes] = []
    bundles = [(folder, number, min(TILE, report.size - at)) for number, at in enumerate(range(0, report.size, TILE))]
    for number, (head, findings, seen) in enumerate(_worked(bundles, jobs)):
        heads.append(head)
        report.entries += len(seen)
        for finding in findings:
            report.find(finding)
        for index, subject, count in seen:
            if count != numbers.get(subject, 0) + 1:
                _miscounted(report, index, subject, numbers.get(subject, 0), count)
            numbers[subject] = count
        if number % 400 == 399 and sys.stderr.isatty():
            sys.stderr.write(f"\r{report.entries:,} / {report.size:,}")
    _check_upper_tiles(folder, heads, report)
    if root_of(heads).hex() != report.root:
        report.find("the entries do not add up to the signed head / 条目与已签名的树根不符")
    return report


def _worked(
    bundles: list[tuple[Path, int, int]], jobs: int
) -> Iterator[tuple[bytes, list[str], list[tuple[int, str, int]]]]:
    if jobs < 2:
        yield from map(_verify_bundle, bundles)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_verify_bundle, bundles, chunksize=16)


def _verify_bundle(bundle: tuple[Path, int, int]) -> tuple[bytes, list[str], list[tuple[int, str, int]]]:
    """The head of one tile, what is wrong with it, and (index, subject, number) of each entry."""
    folder, number, width = bundle
    findings: list[str] = []
    seen: list[tuple[int, str, int]] = []
    try:
        data, stated = _tile(folder, "entries", number, width), _tile(folder, "0", number, width)
    except OSError as gone:
        return b"", [f"a tile is missing / 缺少数据块: {gone.filename}"], []
    hashes: list[bytes] = []
    at = 0
    while at + 2 <= len(data) and len(hashes) < width:
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        at += 2 + length
        index = number * TILE + len(hashes)
        hashes.append(leaf_hash(entry))
        if hashes[-1] != stated[32 * len(hashes) - 32 : 32 * len(hashes)]:
            findings.append(f"entry {index} is not what was logged / 第 {index} 条与入册时不同")
        try:
            said = json.loads(entry)
            seen.append((index, said["subject"], said["subject_seq"]))
            if canonical(said) != entry:
                findings.append(f"entry {index} is not in canonical form / 第 {index} 条不是规范格式")
        except (ValueError, KeyError, TypeError):
            findings.append(f"entry {index} cannot be read / 第 {index} 条无法读取")
    if len(hashes) != width:
        findings.append(f"tile {number} has {len(hashes)} entries, not {width} / 第 {number} 块条目数不符")
    return root_of(hashes), findings, seen


def _check_upper_tiles(folder: Path, heads: list[bytes], report: Report) -> None:
    """The tiles above level 0 say what those below add up to; nobody needs them for the verdict, readers do."""
    level, hashes = 1, heads[: report.size // TILE]
    while hashes:
        for number in range(0, -(-len(hashes) // TILE)):
            part = hashes[number * TILE : (number + 1) * TILE]
            try:
                sound = _tile(folder, str(level), number, len(part))[: 32 * len(part)] == b"".join(part)
            except OSError:
                sound = False
            if not sound:
                report.find(f"tile {level}/{number} does not fit those below it / 数据块 {level}/{number} 与下层不符")
        hashes = [root_of(hashes[at : at + TILE]) for at in range(0, len(hashes) - TILE + 1, TILE)]
        level += 1


def _tile(folder: Path, kind: str, number: int, width: int) -> bytes:
    groups = f"{number:,}".split(",")
    name = "/".join([*(f"x{group:0>3}" for group in groups[:-1]), f"{groups[-1]:0>3}"])
    path = folder / "tile" / kind / name
    partial = path.with_name(path.name + ".p") / str(width)
    return (partial if width < TILE and partial.exists() else path).read_bytes()


def canonical(said: object) -> bytes:
    """RFC 8785 for what the trail logs: no fractions, keys in plain letters."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def verify_exported(folder: Path, key: Key, witnesses: list[Key]) -> Report:
    """Every proof of an exported trail, and that no event between two of the same subject was left out."""
    found = sorted(folder.glob("*.tlog-proof"))
    if not found:
        raise CannotVerify(f"neither a log nor proofs / 既不是日志也没有证明文件: {folder}")
    report, numbers = Report(), dict[str, int]()
    for path in found:
        one = verify_proof(path, key, witnesses)
        report.origin, report.size, report.root = one.origin, one.size, one.root
        report.entries += one.entries
        report.witnesses = one.witnesses
        for finding in one.findings:
            report.find(f"{path.name}: {finding}")
        said = json.loads(_entry_of(path).read_bytes())
        before = numbers.get(said["subject"], said["subject_seq"] - 1)
        if said["subject_seq"] != before + 1:
            _miscounted(report, path.name, said["subject"], before, said["subject_seq"])
        numbers[said["subject"]] = said["subject_seq"]
    return report


def verify_proof(path: Path, key: Key, witnesses: list[Key]) -> Report:
    """One proof; the entry lies beside it under the same name, ending in .json."""
    first, *lines = path.read_text(encoding="utf-8").split("\n")
    blank = lines.index("") if "" in lines else 0
    if first != "c2sp.org/tlog-proof@v1" or not blank:
        raise CannotVerify(f"not a proof / 不是证明文件: {path}")
    report = _opened("\n".join(lines[blank + 1 :]), key, witnesses)
    steps = [line for line in lines[:blank] if not line.startswith("extra ")]
    try:
        index = int(steps[0].removeprefix("index "))
        trail = [base64.b64decode(step, validate=True) for step in steps[1:]]
        leaf = leaf_hash(_entry_of(path).read_bytes())
        if not 0 <= index < report.size or included(index, report.size, leaf, trail).hex() != report.root:
            raise Untrue("the entry is not in the log the checkpoint speaks of / 该条不在检查点所述日志之中")
    except Untrue as wrong:
        report.find(str(wrong))
    except (ValueError, IndexError):
        report.find("the proof cannot be read / 证明文件无法读取")
    report.entries = 1
    return report


def _entry_of(proof: Path) -> Path:
    return proof.with_suffix(".json")


def _opened(note: str, key: Key, witnesses: list[Key]) -> Report:
    """What a checkpoint says, its signatures checked."""
    report = Report()
    try:
        checkpoint = Note.parse(note)
    except Untrue as wrong:
        raise CannotVerify(str(wrong)) from None
    report.origin, report.size, report.root = checkpoint.origin, checkpoint.size, checkpoint.root.hex()
    if checkpoint.origin != key.name:
        report.find(f"another log: {checkpoint.origin} / 不是同一日志")
    for signer in (key, *witnesses):
        try:
            moment = checkpoint.opened(signer)
        except Untrue as wrong:
            report.find(str(wrong))
        else:
            if moment is not None:
                report.witnesses[signer.name] = moment.isoformat()
    return report


def _miscounted(report: Report, where: object, subject: str, before: int, number: int) -> None:
    report.find(f"{where}: {subject} goes from {before} to {number} / {subject} 的序号由 {before} 跳到 {number}")


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="a copied log, an exported trail, or one proof")
    parser.add_argument("--key", help="the log's public key, or a file with it; default: log.vkey beside the data")
    parser.add_argument("--witness", action="append", default=[], help="public key of a witness that must have signed")
    parser.add_argument("--jobs", type=int, default=1, help="processes for a whole log")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    try:
        report = _verify(asked)
    except (CannotVerify, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"could not verify / 无法核验: {error}\n")
        return COULD_NOT_RUN
    sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False) + "\n" if asked.json else _told(report))
    return HELD if report.held else WRONG


def _verify(asked: argparse.Namespace) -> Report:
    folder = asked.path if asked.path.is_dir() else asked.path.parent
    beside = folder / "log.vkey"
    key = _key(asked.key) if asked.key else Key.parse(beside.read_text(encoding="utf-8"))
    witnesses = [_key(each) for each in asked.witness]
    if not asked.path.is_dir():
        report = verify_proof(asked.path, key, witnesses)
    elif (folder / "checkpoint").exists():
        report = verify_log(folder, key, witnesses, asked.jobs)
    else:
        report = verify_exported(folder, key, witnesses)
    if not asked.key:
        report.notes.append(
            "the key came with the data: compare it with one from elsewhere / 公钥随数据而来，请与他处所存核对"
        )
    return report


def _key(said: str) -> Key:
    path = Path(said)
    return Key.parse(path.read_text(encoding="utf-8") if "+" not in said and path.exists() else said)


def _told(report: Report) -> str:
    lines = [
        "held / 完好" if report.held else "WRONG / 有问题",
        f"{report.origin}: {report.entries:,} of {report.size:,} entries verified / 已核验 {report.entries:,} 条，共 {report.size:,} 条",
        f"root / 树根 {report.root}",
        *(f"seen by {name} at {at} / {name} 于 {at} 见证" for name, at in report.witnesses.items()),
        *(f"! {finding}" for finding in report.findings),
        *report.notes,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
