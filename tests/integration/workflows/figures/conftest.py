"""What is asked of figures, in few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.http import QueryDict

from audit.statistics import asking, questions
from audit.statistics.answers import Answer
from hukou.accounts.models import Officer

TODAY = date(2026, 11, 20)


@pytest.fixture
def ask() -> Callable[[Officer, str], Answer]:
    """The table an address asks for, as an officer sees it."""

    def asked(by: Officer, address: str) -> Answer:
        return asking.ask(questions.read(QueryDict(address), by, today=TODAY), by)

    return asked
