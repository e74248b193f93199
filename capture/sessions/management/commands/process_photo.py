"""`manage.py process_photo FILE...`: what the pipeline makes of photographs. Needs no database and keeps nothing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from capture.pipeline.decode import MOST_BYTES
from capture.pipeline.errors import Unreadable
from capture.pipeline.run import PIPELINE_VERSION
from capture.pipeline.types import CaptureResult, Settings
from capture.sessions import errors, workshop
from capture.sessions.management import photographs
from hukou.catalogue.types import PAPERS

PASSED, REFUSED, COULD_NOT_RUN = 0, 1, 2
PICTURES = {".jpg", ".jpeg", ".png"}
"""Endings looked for in folders; a file named on the command line is tried whatever it is called."""
SEVERAL = 8
MEGABYTE = 1 << 20

HELP = """Find, straighten and judge the pages in photographs. The database is not asked and nothing is kept.

FILE may be a folder: then every .jpg, .jpeg and .png in it and below is taken, in order of their names.

Exit status: 0 every page passed (a warning passes), 1 something was refused, 2 could not run.

--json prints one object:
  {"pipeline": "2026.1", "passed": 1, "warned": 0, "refused": 0, "stopped": false, "files": [
    {"file", "sha256", "media_type", "width", "height",      pixels, EXIF turn applied; null for what is no picture
     "verdict": "pass" | "warn" | "refuse",                  of the worst page; "refuse" without a page
     "error": null | {"code", "message", "advice"},          why it is no picture
     "findings": [F...],                                     about the picture as a whole, such as no_page
     "ms": {"decode": 20.1, ..., "total": 280.5},
     "pages": [{
       "corners_tl_tr_br_bl": [[x, y], [x, y], [x, y], [x, y]],   pixels of the photograph
       "score": 0 to 1, "orientation": 0 | 90 | 180 | 270,        clockwise turn that made it upright
       "skew": degrees, "dpi": number | null,                     seen resolution; null when unknown
       "verdict", "findings": [F...], "width", "height", "sha256",
       "output": path | null}]}]}
  F: {"code", "level": "warn" | "refuse", "measure", "limit", "message", "advice"}
or {"error": "..."} with exit status 2. New keys may be added; none will change its meaning."""


class Command(BaseCommand):
    """Exit status: 0 all passed, 1 something was refused, 2 could not run."""

    help = HELP
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """A parser that keeps the lines of the help as they are."""
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which photographs, what to look for, and where pages go."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="photograph, or folder of photographs")
        parser.add_argument("--out", type=Path, metavar="DIR", help="write the pages there as NAME.page1.jpg, …")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--several", action="store_true", help=f"look for up to {SEVERAL} pages or cards in each")
        parser.add_argument("--paper", choices=PAPERS, help="what paper it is, so that the resolution can be told")
        parser.add_argument("--portrait", action="store_true", help="portraits of people: the whole picture is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work on every photograph and report."""
        self.as_json = bool(options["json"])
        if options["several"] and options["portrait"]:
            self._cannot(_("A portrait is one picture: choose --several or --portrait."))
        files = self._files(options["files"])
        out = self._folder(options["out"])
        paper = PAPERS.get(options["paper"])
        asked = (
            Settings(kind="portrait")
            if options["portrait"]
            else Settings(most=SEVERAL if options["several"] else 1, paper=paper)
        )
        found: list[photographs.Facts] = []
        stopped = False
        try:
            for number, facts in enumerate(self._all(files, asked, out), 1):
                found.append(facts)
                self._progress(number, len(files), facts["file"])
                if not self.as_json:
                    self.stdout.write("\n".join(photographs.lines(facts)))
        except KeyboardInterrupt:
            stopped = True
        except (errors.WorkshopBusy, OSError) as error:
            self._cannot(str(error))
        self._conclude(found, len(files), stopped)

    def _files(self, named: list[str]) -> list[Path]:
        """Every photograph meant, or the end of the run when one of the names leads nowhere."""
        files: list[Path] = []
        for place in map(Path, named):
            if place.is_dir():
                inside = sorted(path for path in place.rglob("*") if path.suffix.lower() in PICTURES and path.is_file())
                if not inside:
                    self._cannot(_("There is no JPEG or PNG file in {place}.").format(place=place))
                files += inside
            elif place.is_file():
                files.append(place)
            else:
                self._cannot(_("There is no file {place}.").format(place=place))
        for file in files:
            try:
                file.open("rb").close()
            except OSError as error:
                self._cannot(_("{place} cannot be read: {why}.").format(place=file, why=error.strerror))
        return files

    def _folder(self, out: Path | None) -> Path | None:
        if out is not None:
            try:
                out.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                self._cannot(_("{place} cannot be made: {why}.").format(place=out, why=error.strerror))
        return out

    def _all(self, files: list[Path], asked: Settings, out: Path | None) -> Iterator[photographs.Facts]:
        """The facts of each file, in order; as many at once as the workshop has processes. Ctrl-C ends them all."""
        with ThreadPoolExecutor(workshop.places()) as senders:
            waiting: list[Future[CaptureResult | errors.CaptureError]] = [
                senders.submit(_made, file, asked) for file in files
            ]
            names: set[str] = set()
            try:
                for file, future in zip(files, waiting, strict=True):
                    outcome = future.result()
                    if isinstance(outcome, errors.CaptureError):
                        yield photographs.of_refusal(file, outcome)
                    else:
                        yield photographs.of_result(file, outcome, _written(file, outcome, out, names))
            except BaseException:
                for future in waiting:
                    future.cancel()
                workshop.close()
                raise

    def _progress(self, number: int, count: int, file: str) -> None:
        end = "\n" if not self.stderr.isatty() else "\033[K\r"
        self.stderr.write(f"{number}/{count}  {file}", ending=end)

    def _conclude(self, found: list[photographs.Facts], count: int, stopped: bool) -> NoReturn:
        tally = {word: sum(facts["verdict"] == verdict for facts in found) for verdict, word in _TALLY.items()}
        if self.as_json:
            report = {"pipeline": PIPELINE_VERSION, **tally, "stopped": stopped, "files": found}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self.stdout.write(_("{passed} passed, {warned} to look at again, {refused} refused.").format(**tally))
        if stopped:
            self.stderr.write(_("Stopped after {done} of {count} files.").format(done=len(found), count=count))
            sys.exit(COULD_NOT_RUN)
        sys.exit(REFUSED if tally["refused"] else PASSED)

    def _cannot(self, why: str) -> NoReturn:
        if self.as_json:
            self.stdout.write(json.dumps({"error": why}, ensure_ascii=False))
        self.stderr.write(why)
        sys.exit(COULD_NOT_RUN)


_TALLY = {"pass": "passed", "warn": "warned", "refuse": "refused"}


def _made(file: Path, asked: Settings) -> CaptureResult | errors.CaptureError:
    """What became of a file. Raises WorkshopBusy when no process can be started, and OSError."""
    size = file.stat().st_size
    if size > MOST_BYTES:
        return errors.ImageTooLarge(size=size // MEGABYTE, limit=MOST_BYTES // MEGABYTE)
    try:
        return workshop.make(file.read_bytes(), asked).result
    except Unreadable as cause:
        return errors.from_unreadable(cause)
    except errors.WorkshopFailed as failed:
        return failed


def _written(file: Path, result: CaptureResult, out: Path | None, names: set[str]) -> list[Path]:
    """Write the pages of a photograph; two photographs of the same name do not overwrite each other."""
    if out is None:
        return []
    stem, number = file.stem, 2
    while stem in names:
        stem, number = f"{file.stem}-{number}", number + 1
    names.add(stem)
    paths = [out / f"{stem}.page{place}.jpg" for place in range(1, len(result.pages) + 1)]
    for path, page in zip(paths, result.pages, strict=True):
        path.write_bytes(page.page.jpeg)
    return paths
