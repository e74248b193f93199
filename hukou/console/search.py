"""Search: a page of cases, and suggestions while typing.

What is asked is a citizen's name or ID number. It is sent in the body of a POST and answered at once, so it stands in
no address, and with that in no history, bookmark, referrer or access log. That somebody searched is on record with how many
were found; what they searched for only as a keyed digest.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from audit.trail import persons, viewing
from hukou.accounts.models import Officer
from hukou.kernel import once
from workflows.cases import searching

from . import looking
from .people import signed_in

SHOWN = 50
SUGGESTED = 8


@looking.shows("person.searched")
@sensitive_post_parameters("q")
@sensitive_variables("asked", "found")
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
@once.remembered()  # it only looks, though it comes as a POST
def search(request: HttpRequest) -> HttpResponse:
    """Find a case by number, name, pinyin or whole ID number, within my scope."""
    officer, asked = signed_in(request), _asked(request)
    found = searching.find(officer, asked, most=SHOWN + 1)
    _note(officer, asked, len(found))
    context = {"q": asked, "cases": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "console/search.html", context)


@looking.shows("person.searched")
@sensitive_post_parameters("q")
@sensitive_variables("asked", "found")
@login_required
@never_cache
@require_POST
@once.remembered()
def suggest(request: HttpRequest) -> HttpResponse:
    """The lines under the search field: the newest cases that match what is typed so far."""
    officer, asked = signed_in(request), _asked(request)
    found = searching.find(officer, asked, most=SUGGESTED)
    _note(officer, asked, len(found))
    return render(request, "console/suggestions.html", {"q": asked, "cases": found})


def _asked(request: HttpRequest) -> str:
    return " ".join(request.POST.get("q", "").split())[: searching.LONGEST]


@sensitive_variables("asked", "details", "whole")
def _note(officer: Officer, asked: str, hits: int) -> None:
    """Put the search on record: its words as a digest, a whole ID number so that it is found among the person's acts."""
    if not asked:
        return viewing.nothing()
    whole = searching.id_number(asked)
    details = {"words": persons.digest_of_words(searching.clean(asked)), "hits": hits, **persons.said_of(whole)}
    viewing.note("person.searched", of=officer, by=officer, details=details)
