"""`manage.py seals`: look at the register and keep it from the server itself, where no screen can be reached."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.db import Error
from django.utils.translation import gettext as _

from hukou.kernel import clock
from hukou.kernel.errors import DomainError
from workflows.seals.models import Seal
from workflows.seals.register import issuing, leaving, pins, revocations, standing, stopping

REFUSED, COULD_NOT_RUN = 1, 2
STATUS = "Exit status: 0 done, 1 refused (or, with list, seals there cannot be used), 2 it could not run."


class Command(BaseCommand):
    """Exit status: 0 done; 1 refused, or `list` named a live seal that cannot be used today; 2 it could not run."""

    help = f"Keep the seal register. {STATUS}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listed = verbs.add_parser("list", help=f"every seal with its state. {STATUS}")
        listed.add_argument("--office", metavar="CODE", help="only seals of this office and of its officers")
        listed.add_argument("--all", action="store_true", help="also those revoked or renewed")
        for verb, words in (
            ("suspend", "stop a seal for a while"),
            ("resume", "let a suspended seal be used again"),
            ("revoke", "stop a seal for ever"),
            ("renew", "give a seal a new certificate"),
            ("unlock", "let the holder try the PIN again"),
        ):
            act = verbs.add_parser(verb, help=f"{words}. {STATUS}")
            act.add_argument("seal", type=int, help="its key in the register, see `seals list`")
            act.add_argument("--reason", required=True, help="stands in the custody log")
            if verb == "suspend":
                act.add_argument("--until", type=date.fromisoformat, help="last day of the suspension, e.g. 2026-12-31")
            if verb == "revoke":
                why = [reason.value for reason in stopping.REVOKING]
                act.add_argument("--why", required=True, choices=why, help="RFC 5280 clause 5.3.1")
        verbs.add_parser("publish", help=f"put out the revocation lists anew. {STATUS}")
        for verb_parser in verbs.choices.values():
            verb_parser.add_argument("--json", action="store_true", help="print one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = options["json"]
        try:
            if options["verb"] == "list":
                self._list(options["office"], options["all"])
            elif options["verb"] == "publish":
                leaving.stop_left()
                self._say({"revoked_or_suspended": revocations.publish()})
            else:
                self._say(_line(_act(options)))
        except DomainError as refused:
            self._fail(REFUSED, str(refused), refused.code)
        except (Error, OSError) as error:
            self._fail(COULD_NOT_RUN, _("The register could not be read: %(error)s") % {"error": error}, "")

    def _list(self, office: str | None, everything: bool) -> None:
        seals = Seal.objects.with_post(clock.today()).select_related("office", "post", "officer")
        seals = seals if everything else seals.live()
        rows = [_line(seal) for seal in seals.order_by("pk") if office in (None, seal.home.code)]
        if self.as_json:
            self.stdout.write(json.dumps({"seals": rows}, ensure_ascii=False))
        else:
            for row in rows:
                self.stdout.write("  ".join(str(row[key]) for key in ("id", "state", "until", "number", "title")))
        if any(row["state"] in (standing.State.EXPIRED, standing.State.LEFT) for row in rows):
            sys.exit(REFUSED)

    def _say(self, said: dict[str, Any]) -> None:
        if self.as_json:
            self.stdout.write(json.dumps(said, ensure_ascii=False))
        else:
            self.stdout.write("  ".join(f"{key}: {value}" for key, value in said.items()))

    def _fail(self, status: int, message: str, code: str) -> NoReturn:
        if self.as_json:
            self.stdout.write(json.dumps({"error": message, "code": code}, ensure_ascii=False))
        self.stderr.write(message)
        sys.exit(status)


def _act(options: dict[str, Any]) -> Seal:
    verbs: dict[str, Callable[..., Seal]] = {
        "suspend": stopping.suspend,
        "resume": stopping.resume,
        "revoke": stopping.revoke,
        "renew": issuing.renew,
        "unlock": pins.unlock,
    }
    more = {name: options[name] for name in ("until", "why") if name in options}
    done = verbs[options["verb"]](seal_id=options["seal"], by=None, reason=options["reason"], **more)
    return Seal.objects.with_post(clock.today()).select_related("office", "post", "officer").get(pk=done.pk)


def _line(seal: Seal) -> dict[str, Any]:
    return {
        "id": seal.pk,
        "kind": seal.kind,
        "title": seal.title,
        "office": seal.home.code,
        "holder": seal.officer.number if seal.officer else seal.home.code,
        "number": seal.number,
        "state": standing.state_of(seal).value,
        "from": _day(seal.valid_from),
        "until": _day(seal.valid_until),
        "suspended_until": seal.suspended_until.isoformat() if seal.suspended_until else None,
        "stopped_at": seal.stopped_at.isoformat() if seal.stopped_at else None,
        "stop_reason": seal.stop_reason,
        "certificate": seal.fingerprint,
    }


def _day(moment: datetime) -> str:
    return moment.astimezone(clock.CITY_TIME).date().isoformat()
