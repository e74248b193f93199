"""`manage.py witness`: who witnesses the trail, what they have signed, and asking them now."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from audit.trail import publication, witnesses
from audit.trail.models import Cosignature

FINE, WRONG, COULD_NOT_RUN = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0 every witness has signed the published head, 1 one has not, 2 the settings cannot be read."""

    help = (
        "Show the configured witnesses of the trail, or ask them to sign the newest head. A witness itself is started "
        "on its own machine: python -m audit.witness --help. Exit status: 0 all have signed, 1 not all, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "act", choices=["list", "ask"], help="list: what they signed; ask: show them the newest head"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            known = witnesses.configured()
        except ValueError as error:
            self.stderr.write(_("HUKOU_WITNESSES cannot be read: %(error)s") % {"error": error})
            sys.exit(COULD_NOT_RUN)
        publication.publish()
        wrong = witnesses.show_newest() if options["act"] == "ask" else []
        size = publication.published()
        told = [_standing(witness, size) for witness in known]
        if options["json"]:
            self.stdout.write(json.dumps({"tree_size": size, "witnesses": told, "wrong": wrong}, ensure_ascii=False))
        else:
            self.print(size, told, wrong)
        sys.exit(FINE if all(one["size"] == size for one in told) else WRONG)

    def print(self, size: int, told: list[dict[str, Any]], wrong: list[str]) -> None:
        """Write it for people."""
        write = self.stdout.write
        write(_("Published head: %(size)d events") % {"size": size})
        if not told:
            write(_("No witness is configured (HUKOU_WITNESSES): nobody outside this database watches the log."))
        for one in told:
            write(_("%(name)s at %(url)s: signed %(size)d events, seen %(seen_at)s") % one)
        for each in wrong:
            write(f"! {each}")


def _standing(witness: witnesses.Witness, size: int) -> dict[str, Any]:
    newest = Cosignature.objects.filter(witness=witness.verifier.name).order_by("-tree_size").first()
    return {
        "name": witness.verifier.name,
        "url": witness.url,
        "size": newest.tree_size if newest else 0,
        "seen_at": newest.seen_at.isoformat() if newest else "—",
    }
