"""The application form: reading what was typed, strictly, and saying what is wrong field by field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hukou.catalogue import queries as catalogue
from hukou.catalogue.models import SubType
from hukou.kernel import canonical, id_numbers

from .errors import BadForm, ProxyUnnamed
from .models import Case

LONGEST = {"applicant_name": 100, "phone": 20, "proxy_name": 100, "witness_name": 100}
LONGEST_OTHERWISE = 200

# Field name → label. The five matter for every sub-type; families get their own forms in time (domain.md §6).
FIELDS: dict[str, str | Promise] = {
    "applicant_name": _("Applicant's name"),
    "applicant_id_number": _("Applicant's ID number"),
    "phone": _("Phone"),
    "subject_name": _("Name of the person concerned"),
    "address": _("Address of the household"),
    "before": _("Entry before the change"),
    "after": _("Entry after the change"),
    "reason": _("Reason for the application"),
    "subject_id_number": _("ID number of the person concerned"),
    "proxy_name": _("Name of the proxy"),
    "proxy_id_number": _("ID number of the proxy"),
    "witness_name": _("Name of the witness"),
    "witness_id_number": _("ID number of the witness"),
}
REQUIRED = ("applicant_name", "applicant_id_number", "reason")
OTHERS = tuple(name for name in FIELDS if name.startswith(("subject_id", "proxy", "witness")))
"""What is said of people beside the applicant; most applications leave it empty."""
ROLES = {role: (f"{role}_name", f"{role}_id_number") for role in ("subject", "proxy", "witness")}
"""Role of somebody beside the applicant → the fields that name them."""
REQUIRED_WHEN = {"proxy_name": "proxy", "proxy_id_number": "proxy"}
"""Field → fact of the catalogue that makes it required: who acts for somebody else is known to the risk screen."""


@dataclass(frozen=True)
class Named:
    """Somebody the form names by ID number beside the applicant."""

    name: str
    identity: id_numbers.IdNumber


@dataclass(frozen=True)
class Application:
    """A form that was read without a problem."""

    applicant_name: str
    applicant_id_number: str
    sex: str
    """GB/T 2261.1 code, from the ID number."""
    born_on: date | None
    phone: str
    fields: dict[str, str]
    """The other fields: name → text."""
    others: Mapping[str, Named]
    """Role, one of ROLES → who."""


def read(form: Mapping[str, str], held: Collection[str] = ()) -> Application:
    """Read a submitted form of a case in which the facts `held` hold. Raises BadForm with `problems` (field → text)."""
    values = {name: " ".join(str(form.get(name, "")).split()) for name in FIELDS}
    problems: dict[str, str | Promise] = {name: _("Please fill this in.") for name in REQUIRED if not values[name]}
    for name, text in values.items():
        if len(text) > (most := LONGEST.get(name, LONGEST_OTHERWISE)):
            problems[name] = format_lazy(_("At most {most} characters fit in here."), most=most)
    identity = _identity(values, "applicant_id_number", problems)
    for name, fact in REQUIRED_WHEN.items():
        if fact in held and not values[name]:
            problems[name] = _("Somebody acts for the applicant: copy this from the proxy's ID card.")
    others = {}
    for role, (name, number) in ROLES.items():
        if values[number]:
            known = _identity(values, number, problems)
            if not values[name]:
                problems.setdefault(name, _("Please fill this in."))
            elif role == "proxy" and known is not None and known == identity:
                problems[number] = _("This is the applicant's own number. The proxy is somebody else.")
            elif known is not None:
                others[role], values[number] = Named(values[name], known), known.number
    if values["phone"] and not set(values["phone"]) <= set("0123456789+- "):
        problems["phone"] = _("Only digits, spaces, + and - make a phone number.")
    if problems or identity is None:
        names = "、".join(str(FIELDS[name]) for name in problems)
        raise BadForm(fields=names, problems=problems)
    head = ("applicant_name", "applicant_id_number", "phone")
    return Application(
        applicant_name=values["applicant_name"],
        applicant_id_number=identity.number,
        sex=identity.sex,
        born_on=identity.born_on,
        phone=values["phone"],
        fields={name: text for name, text in values.items() if name not in head and text},
        others=others,
    )


def require_proxy_named(case: Case) -> None:
    """Raise ProxyUnnamed when somebody acts for the applicant and the form, older than this rule, does not say who."""
    if any(fact in case.facts and not case.form.get(name) for name, fact in REQUIRED_WHEN.items()):
        raise ProxyUnnamed


def _identity(values: Mapping[str, str], name: str, problems: dict[str, str | Promise]) -> id_numbers.IdNumber | None:
    """The ID number in that field; None when it is empty, or wrong and among the problems."""
    if not values[name]:
        return None
    try:
        return id_numbers.parse(values[name])
    except id_numbers.BadIdNumber as bad:
        problems[name] = bad.text
        return None


def values_of(case: Case) -> dict[str, str]:
    """What the form says now, for showing and editing it."""
    return {
        "applicant_name": case.applicant_name,
        "applicant_id_number": case.applicant.id_number or "",
        "phone": case.applicant_phone,
        **case.form,
    }


def digest(case: Case) -> str:
    """Digest of the form and ticks; the trail names it instead of the personal data."""
    return canonical.digest({"form": values_of(case), "facts": case.facts, "judged": case.judged})


def known_facts(subtype: SubType, facts: set[str]) -> set[str]:
    """Those of `facts` some line of the sub-type asks about; others mean nothing here."""
    asked = {fact for line in catalogue.spec_of(subtype).materials for fact in line.when}
    return facts & asked


def judgeable(subtype: SubType, codes: set[str]) -> set[str]:
    """Those of `codes` that the officer may tick as applicable."""
    lines = catalogue.spec_of(subtype).materials
    return codes & {line.code for line in lines if line.condition_mode == "officer_judgement"}
