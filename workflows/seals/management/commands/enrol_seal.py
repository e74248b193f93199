"""`manage.py enrol_seal`: enter a seal whose key is on a token, on an officer's own UKey, or at the province's service."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from asn1crypto import csr, pem, x509
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hukou.accounts.models import Office, Officer
from hukou.kernel.errors import DomainError
from workflows.seals import enrolment, suites
from workflows.seals.keys.token import Place
from workflows.seals.models import Seal

Keeping = Seal.Keeping


class Command(BaseCommand):
    help = (
        "Enter a seal whose key lies elsewhere; the holder's seal of the same suite stops. "
        "Exit 0 entered, 1 refused, 2 could not run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose seal, where the key is, and by what it is certified."""
        holder = parser.add_mutually_exclusive_group(required=True)
        holder.add_argument("--officer", help="police number of the officer")
        holder.add_argument("--office", help="code of the unit")
        parser.add_argument("--kind", choices=[Seal.Kind.HUKOU, Seal.Kind.APPROVAL], help="of a unit's seal")
        parser.add_argument("--keeping", choices=[Keeping.TOKEN, Keeping.OWN, Keeping.PROVINCE], required=True)
        parser.add_argument("--key", default="", help="token/label of the key, or the province's name of it")
        parser.add_argument("--request", type=Path, help="certificate request (PEM) a UKey made")
        parser.add_argument("--certificate", type=Path, help="certificate (PEM) a CA issued; without: the local one's")

    def handle(self, *args: Any, **options: Any) -> None:
        """Certify where needed, and enter."""
        try:
            holder = self._holder(options)
            certificate = self._certificate(options, holder)
            where = {"keeping": options["keeping"], "key_name": options["key"], "certificate": certificate}
            if isinstance(holder, Officer):
                seal = enrolment.enrol_officer(officer=holder, **where)
            else:
                seal = enrolment.enrol_unit(office=holder[0], kind=holder[1], **where)
        except DomainError as refused:
            self.stderr.write(str(refused))
            sys.exit(1)
        except (OSError, ValueError, suites.UnknownSuite) as unreadable:
            raise CommandError(str(unreadable), returncode=2) from unreadable
        self.stdout.write(f"{seal.title}  {seal.suite}  {seal.get_keeping_display()}  {seal.fingerprint}")

    def _holder(self, options: dict[str, Any]) -> Officer | tuple[Office, str]:
        if options["officer"]:
            officer = Officer.objects.filter(number=options["officer"]).first()
            if officer is None:
                raise CommandError(_("No officer has this number."), returncode=2)
            return officer
        office = Office.objects.filter(code=options["office"]).first()
        if office is None or not options["kind"] or options["keeping"] == Keeping.OWN:
            raise CommandError(_("A unit's seal needs its code and kind, and is on no officer's UKey."), returncode=2)
        return office, options["kind"]

    def _certificate(self, options: dict[str, Any], holder: Officer | tuple[Office, str]) -> x509.Certificate:
        if options["certificate"]:
            return x509.Certificate.load(_der(options["certificate"]))
        if options["keeping"] == Keeping.TOKEN:
            return enrolment.on_token(Place.of(options["key"]), holder)
        if options["request"] and isinstance(holder, Officer):
            return enrolment.requested(csr.CertificationRequest.load(_der(options["request"])), holder)
        raise CommandError(_("This key needs a certificate or a certificate request."), returncode=2)


def _der(path: Path) -> bytes:
    data = path.read_bytes()
    return bytes(pem.unarmor(data)[2]) if pem.detect(data) else data
