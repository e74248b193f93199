"""Finding a case by its number, a name, or an ID number: the words a case is found by, and the questions.

A name is found by its characters and pairs of neighbouring characters, by its pinyin as far as typed, and by its
initials; a number by its first and last digits. All are words in one array under a GIN index, and so is the office, so a
name of one character in one station is two short lists laid over each other, whatever the size of the city.

Adoptions are secret (办法第26条; domain.md invariant 17): they have no words at all. Only who names the whole case number, which
stands on the papers in their hand, finds one; names, ID numbers and parts of a number find, suggest and count nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from hukou.accounts import policies
from hukou.accounts.models import Office, Officer
from hukou.catalogue.models import SubType
from hukou.kernel import id_numbers, pinyin

from . import queries, rules
from .models import Case, SearchEntry

LONGEST = 40
"""Characters of a question; what is longer is no name and no number."""
NUMBER = 29
"""Digits of a case number: unit 12, day 8, sub-type 4, sequence 5."""
ENDS = (17, 9, 5, 4)
"""Last digits under which a number is found: day on, sub-type on, sequence, and its end."""
STARTS = (20, 12)
"""First digits: unit and day, unit."""
SECRECY = "M_ADOPTION_SECRECY"
"""The material that makes a sub-type secret."""
SPELLED = 30
"""Letters of a reading that count."""


def is_secret(subtype: SubType) -> bool:
    """Adoption: the sub-type has a place for the request to keep it confidential."""
    return any(line.code == SECRECY for line in subtype.spec.materials)


def secret_subtypes() -> QuerySet[SubType, int]:
    """The keys of all sub-types, of whichever catalogue, that `is_secret` holds for; to be asked within another question."""
    return SubType.objects.filter(data__materials__contains=[{"code": SECRECY}]).order_by().values_list("pk", flat=True)


def of_secret_case(column: str) -> Exists:
    """A row is about a secret case; `column` holds the key of a case, or nothing."""
    return Exists(Case.objects.filter(pk=OuterRef(column), subtype__in=secret_subtypes()))


def entry_of(case: Case) -> SearchEntry:
    """What search knows of a case, made anew; not saved. Needs the case with its station and sub-type."""
    if is_secret(case.subtype):
        return SearchEntry(case=case, words=[], names="", secret=True)
    names = [
        clean(name) for name in dict.fromkeys((case.applicant_name, str(case.form.get("subject_name", "")))) if name
    ]
    words = office_words(case.station) | number_words(case.number or "")
    for name in names:
        words |= words_of(name)
    return SearchEntry(case=case, words=sorted(words), names="\n".join(names), secret=False)


def index(*cases: Case) -> None:
    """Bring what search knows of these cases up to date. Part of the verb that changed them, in its transaction."""
    SearchEntry.objects.bulk_create(
        [entry_of(case) for case in cases],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=["words", "names", "secret"],
        batch_size=1000,
    )


def clean(text: str) -> str:
    """A name as it is compared: one form of every letter, small, without spaces and the dots between name parts."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and sign not in "·•・.．'’-")


def words_of(name: str) -> set[str]:
    """The words a cleaned name is found by: characters, pairs, beginnings of its pinyin and of its initials."""
    words = set(name) | {name[at : at + 2] for at in range(len(name) - 1)}
    spelled = {"".join(reading) for reading in pinyin.readings(name)}
    spelled |= {"".join(syllable[0] for syllable in reading) for reading in pinyin.readings(name)}
    if name.isascii():
        spelled.add(name)
    for whole in spelled:
        words |= {whole[:n] for n in range(1, min(len(whole), SPELLED) + 1)}
    return words


def office_words(station: Office) -> set[str]:
    """The words of the offices whose officers read the station's cases; the whole city needs none."""
    return {f"@{office.pk}" for office in _above(station)}


def number_words(number: str) -> set[str]:
    """The words a case number is found by: its ends and its beginnings."""
    if not number:
        return set()
    return {f"#{number[-n:]}" for n in ENDS} | {f"^{number[:n]}" for n in STARTS}


def find(by: Officer, asked: str, *, most: int) -> list[Case]:
    """The newest `most` cases within the officer's scope that the question names; [] for an empty question.

    An ID number must be whole; of a case number four last digits or the unit's twelve first are enough.
    """
    asked = asked.strip()[:LONGEST]
    text = clean(asked)
    if not text:
        return []
    seen = queries.visible(by).in_lines()
    if text.isdigit() and len(text) == NUMBER:
        return list(seen.filter(number=text)[:most])
    if (person := id_number(text)) is not None:
        return list(seen.filter(applicant__id_number=person, search__secret=False)[:most])
    mine = Q(pk__in=[])
    for words, exact in _ways(text):
        for office in _scope(by):
            mine |= Q(words__contains=words + office) & exact
    entries = SearchEntry.objects.filter(mine)
    # The entries alone first: the planner then has one table, and either walks it backwards or asks the index.
    found = list(entries.order_by("-case_id").values_list("case_id", flat=True)[:most])
    return list(seen.filter(pk__in=found))


def _ways(text: str) -> list[tuple[list[str], Q]]:
    """Ways in which an entry may match: words that must all be there, and what the row itself must say besides."""
    if text.isdigit():
        start = next((f"^{text[:n]}" for n in STARTS if len(text) >= n), None)
        end = next((f"#{text[-n:]}" for n in ENDS if len(text) >= n), None)
        ways = [([start], Q(case__number__startswith=text)), ([end], Q(case__number__endswith=text))]
        return [([word], exact) for (word,), exact in ways if word is not None]
    if any(pinyin.is_hanzi(sign) for sign in text):
        pairs = [text[at : at + 2] for at in range(len(text) - 1)] or [text]
        return [(pairs, Q(names__contains=text) if len(text) > 2 else Q())]
    if text.isalpha():
        return [([text[:SPELLED].replace("ü", "v")], Q())]
    return []


def id_number(text: str) -> str | None:
    """The ID number the text is, or None."""
    try:
        return id_numbers.parse(clean(text).upper()).number
    except id_numbers.BadIdNumber:
        return None


def _scope(by: Officer) -> list[list[str]]:
    """The word of each office the officer reads cases for; no word at all for who reads the whole city."""
    offices = [duty.office for duty in policies.duties_of(by) if duty.role in rules.READERS]
    if any(office.level == Office.Level.CITY for office in offices):
        return [[]]
    return [[f"@{office.pk}"] for office in offices]


def _above(station: Office) -> Iterable[Office]:
    """The station and its branch. The city's word would be in every entry and say nothing."""
    office: Office | None = station
    while office is not None and office.level != Office.Level.CITY:
        yield office
        office = office.parent
