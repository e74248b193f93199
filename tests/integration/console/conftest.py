"""A station at work: the catalogue is loaded, officers are signed in, and a case is at the stage a test needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from hukou.accounts.models import Office, Officer
from tests.support import cases
from workflows.cases.models import Case

SignedIn = Callable[[Officer], Client]


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    """The shipped catalogue is in force."""
    cases.load_catalogue()


@pytest.fixture
def signed_in() -> SignedIn:
    """A browser in which the officer is signed in."""

    def make(officer: Officer) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(officer)
        return client

    return make


@pytest.fixture
def draft(station: Office, clerk: Officer) -> Case:
    """A case just begun, all slots empty."""
    return cases.drafted(station, clerk)


@pytest.fixture
def ready(station: Office, clerk: Officer, leader: Officer) -> Case:
    """An accepted case with all its papers, not handed up yet; clerk and leader have their seals."""
    cases.give_seals(clerk, leader)
    return cases.accepted(station, clerk)


@pytest.fixture
def approved(station: Office, clerk: Officer, leader: Officer, branch_officer: Officer) -> Case:
    """A case the branch has approved, its notice waiting at the desk."""
    cases.give_seals(clerk, leader, branch_officer)
    case = cases.decided(cases.decided(cases.handed_up(station, clerk), leader), branch_officer)
    return cases.noticed(case)
