"""Fixtures shared by every test: the office's people live in `tests/support`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from capture.pipeline import copies
from capture.sessions import duplicates
from hukou.catalogue import parsing
from hukou.console import staffing
from hukou.kernel import canonical, garbage
from tests.support import append_only, emptying
from workflows.seals.keys import files

SHIPPED_COST = files.COST

pytest_plugins = ["tests.support.people", "tests.support.stages"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, made so that it can be emptied between tests; that it was made is forgotten."""
    with django_db_blocker.unblock():
        append_only.allow_truncate()
        append_only.empty()


def pytest_collection_finish() -> None:
    """As in the processes of the product; a fifth of the time of the tests went into looking."""
    garbage.look_less_often()


@pytest.fixture(scope="session", autouse=True)
def _only_what_has_rows_is_emptied() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty_after)
        yield


@pytest.fixture(scope="session", autouse=True)
def _people_are_there() -> Iterator[None]:
    """The people of a test are its ground and nobody's act; the tests of staffing watch for themselves."""
    staffing.unwatch()
    yield
    staffing.watch()


@pytest.fixture(scope="session", autouse=True)
def _what_takes_long_is_done_once() -> Iterator[None]:
    """The same file is parsed once, the same two pages compared once, the same page made smaller once, and a PIN is
    stretched with few rounds; the tests of each ask for the real thing.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "parse", functools.cache(parsing.parse))
        patch.setattr(duplicates, "difference", functools.lru_cache(10_000)(duplicates.difference))
        patch.setattr(copies, "smaller", _made_once(copies.smaller))
        patch.setattr(files, "COST", 2**4)
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", _looked_for_once())
        yield


def _made_once(smaller: Callable[..., list[bytes]]) -> Callable[..., list[bytes]]:
    made: dict[object, list[bytes]] = {}

    def kept(jpeg: bytes, longest: Sequence[int], side: int = 0) -> list[bytes]:
        wanted = (canonical.sha256(jpeg), tuple(longest), side)
        if wanted not in made:
            made[wanted] = smaller(jpeg, longest, side)
        return made[wanted]

    return kept


def _looked_for_once() -> Callable[[WhiteNoiseMiddleware], None]:
    """Every browser of a test would look for the same hundreds of static files anew."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def add_files(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    return add_files
