from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from hukou.accounts.models import Duty, Office, Officer
from hukou.catalogue import actions, queries, signals
from hukou.catalogue.errors import BadCatalogue, NoCatalogue, VersionTaken
from hukou.catalogue.models import CatalogueVersion, SubType
from hukou.kernel.errors import NotPermitted
from tests.support.catalogue import changed, shipped, shipped_bytes

pytestmark = pytest.mark.django_db


def next_version(document):
    document["meta"]["version"] = "2027-01-01"
    document["categories"][0]["subtypes"][0]["capture_due_hours"] = 48


@pytest.fixture
def told():
    """Versions announced as loaded."""
    heard = []

    def hear(version, by, **_more):
        heard.append((version.version, by))

    signals.loaded.connect(hear)
    yield heard
    signals.loaded.disconnect(hear)


def test_without_a_catalogue_the_question_for_the_current_one_says_so():
    with pytest.raises(NoCatalogue):
        queries.current()


def test_the_shipped_catalogue_loads_whole_and_is_current(told):
    version = actions.load(shipped_bytes())
    assert queries.current() == version
    assert version.subtypes.count() == 56
    assert told == [("2026-11-21", None)]


def test_every_row_is_read_back_as_the_spec_of_the_file():
    version = actions.load(shipped_bytes())
    assert tuple(queries.spec_of(row) for row in version.subtypes.all()) == shipped().subtypes


def test_loading_the_same_file_again_changes_nothing(told):
    first = actions.load(shipped_bytes())
    assert actions.load(shipped_bytes()) == first
    assert (CatalogueVersion.objects.count(), SubType.objects.count(), len(told)) == (1, 56, 1)


def test_another_file_under_the_same_version_is_refused():
    actions.load(shipped_bytes())
    other = changed(lambda d: d["categories"][0].update(name_zh="别名"))
    with pytest.raises(VersionTaken):
        actions.load(other)
    assert queries.by_category()[0].name_zh == "出生登记"


def test_a_new_version_is_current_and_what_began_under_the_old_keeps_it():
    old = actions.load(shipped_bytes())
    kept = queries.current_subtype("0101")
    new = actions.load(changed(next_version))
    assert queries.current() == new
    assert queries.spec_of(queries.current_subtype("0101")).capture_due_hours == 48
    kept.refresh_from_db()
    assert kept.catalogue == old
    assert queries.spec_of(kept).capture_due_hours == 24


def test_an_earlier_version_can_be_made_current_again(told):
    old = actions.load(shipped_bytes())
    actions.load(changed(next_version))
    assert actions.load(shipped_bytes()) == old
    assert queries.current() == old
    assert len(told) == 3


def test_a_bad_file_leaves_the_current_catalogue_as_it_was():
    version = actions.load(shipped_bytes())
    with pytest.raises(BadCatalogue):
        actions.load(changed(lambda d: (next_version(d), d["categories"][13]["subtypes"][1].update(retention="x"))))
    assert queries.current() == version
    assert CatalogueVersion.objects.count() == 1


@pytest.fixture
def officer_of():
    """An officer of the city bureau with the role asked for."""
    city = Office.objects.create(code="429900000000", name="云溪市公安局", short_name="市局", level="city")

    def make(role):
        officer = Officer.objects.create(number=f"90{role}"[:20], name="韩书宁", kind="officer")
        Duty.objects.create(officer=officer, office=city, role=role, starts_on=date(2020, 1, 1))
        return officer

    return make


def test_only_the_city_bureaus_hukou_officers_may_load(officer_of):
    for role in Duty.Role.values:
        officer = officer_of(role)
        if role == Duty.Role.CITY_OFFICER:
            actions.load(shipped_bytes(), by=officer)
        else:
            with pytest.raises(NotPermitted):
                actions.load(shipped_bytes(), by=officer)


def test_loaded_rows_cannot_be_changed_behind_the_cache():
    version = actions.load(shipped_bytes())
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        SubType.objects.filter(code="0101").update(name_zh="别名")
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        CatalogueVersion.objects.filter(pk=version.pk).update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        SubType.objects.filter(code="0101").delete()


def test_the_pick_screen_shows_14_categories_in_order():
    actions.load(shipped_bytes())
    groups = queries.by_category()
    assert [group.code for group in groups] == [f"{n:02}" for n in range(1, 15)]
    assert sum(len(group.subtypes) for group in groups) == 56
    assert [(one.code, one.name_zh, one.name_en) for one in queries.categories()] == [
        (group.code, group.name_zh, group.name_en) for group in groups
    ]


def test_the_command_loads_the_shipped_file_and_says_what_it_holds():
    out = StringIO()
    call_command("load_catalogue", json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert (told["categories"], told["subtypes"], told["materials"], told["loaded"]) == (14, 56, 766, True)
    assert queries.current().version == told["version"]


def test_the_command_refuses_a_bad_file_with_its_lines_and_status_1(tmp_path):
    path = tmp_path / "bad.json"
    path.write_bytes(changed(lambda d: d["categories"][0]["subtypes"][0].update(retention="x")))
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("load_catalogue", path, json=True, stdout=out)
    assert end.value.code == 1
    (problem,) = json.loads(out.getvalue())["problems"]
    assert problem["path"] == "categories[0].subtypes[0].retention"
    assert problem["line"] > 1
    assert not CatalogueVersion.objects.exists()


def test_the_command_that_finds_no_file_could_not_run(tmp_path):
    with pytest.raises(SystemExit) as end:
        call_command("load_catalogue", tmp_path / "none.json", stderr=StringIO())
    assert end.value.code == 2
