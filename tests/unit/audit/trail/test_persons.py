"""A citizen's number never stands in the trail, and everything about that citizen can be found all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from audit.trail import entries, persons

NUMBER = "42990119900307123X"


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings: LazySettings, tmp_path: Path) -> None:
    settings.HUKOU_DATA_DIR = tmp_path


def test_the_same_number_has_the_same_digest_whatever_the_case_of_its_x() -> None:
    assert persons.digest_of(NUMBER) == persons.digest_of(NUMBER.lower())
    assert persons.digest_of(NUMBER) != persons.digest_of_words(NUMBER)


def test_a_digest_may_stand_in_an_event_and_the_number_may_not() -> None:
    entries.check_details(persons.said_of(NUMBER, None))
    assert NUMBER not in str(persons.said_of(NUMBER))
    assert persons.said_of(None, "") == {}


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    before = persons.digest_of(NUMBER)
    kept = tmp_path / "keys" / "trail-persons.keys"
    persons._keys.cache_clear()  # as another process

    assert persons.digest_of(NUMBER) == before
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_after_a_new_key_older_digests_are_still_found() -> None:
    before = persons.digest_of(NUMBER)
    name = persons.add_key()

    assert persons.digest_of(NUMBER).startswith(f"{name}:")
    assert persons.digests_of(NUMBER) == [before, persons.digest_of(NUMBER)]
    assert (persons.digests_of(NUMBER)[0]) != persons.digest_of(NUMBER)


def test_another_site_has_other_digests(settings: LazySettings, tmp_path: Path) -> None:
    before = persons.digest_of(NUMBER)
    settings.HUKOU_DATA_DIR = tmp_path / "elsewhere"

    assert persons.digest_of(NUMBER) != before
