"""Alerts on the screen: the right person's, every number leads to what it counts, what is done about them, and texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from audit.alerts import actions, listing, rules, terms
from audit.alerts.models import Alert, Mute
from audit.outbox import actions as outbox
from audit.outbox.models import Message
from hukou.accounts.models import Office, Officer
from hukou.kernel import clock
from tests.support import gateway as stand_in
from workflows.cases.models import Case

from .conftest import SignedIn

pytestmark = pytest.mark.django_db
LATE, RISKY = "test.late", "test.risky"
Raise = Callable[..., Alert]


@pytest.fixture(autouse=True)
def two_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_rules", dict(rules._rules))
    rules.register(
        rules.AlertRule(LATE, "办理超期", about="超过{hours}小时", kind=rules.Kind.LATE, params={"hours": 8})
    )
    rules.register(rules.AlertRule(RISKY, "短期多次变更", kind=rules.Kind.RISK, severity=3))


@pytest.fixture
def raised(station: Office) -> Raise:
    """An alert as the sweep would raise it."""

    def raised(rule: str = LATE, office: Office = station, key: int = 1, subject: str = "", **more: Any) -> Alert:
        now = clock.now()
        subject = subject or f"test.thing:{key}"
        known = {"due_at": now - timedelta(hours=key), "rung": 1, "raised_at": now} | more
        return Alert.objects.create(rule=rule, subject=subject, office=office, **known)

    return raised


def shown(browser: Client, address: str = "/alerts/") -> set[int]:
    """The alerts whose lines are on a page."""
    page = browser.get(address)
    assert page.status_code == 200
    return {int(pk) for pk in re.findall(r'data-row="(\d+)"', page.content.decode())}


def test_each_rung_is_on_the_desk_of_whom_it_was_told_to(
    signed_in: SignedIn, raised: Raise, clerk: Officer, leader: Officer, branch_officer: Officer, branch: Office
) -> None:
    office = raised(key=1)
    leaders = raised(key=1, rung=2, role="leader", due_at=office.due_at)
    branch_too = raised(key=1, rung=3, office=branch, concerned=office.office, due_at=office.due_at)
    for officer, told in ((clerk, {office.pk}), (leader, {office.pk, leaders.pk}), (branch_officer, {branch_too.pk})):
        browser = signed_in(officer)
        assert shown(browser) == told
        assert f'<span class="bell-count">{len(told)}</span>' in browser.get("/").content.decode()
    assert shown(signed_in(clerk), "/alerts/?whose=all") == {office.pk, leaders.pk, branch_too.pk}


def test_an_alert_shows_a_case_only_to_who_may_see_it(
    signed_in: SignedIn, raised: Raise, clerk: Officer, other_clerk: Officer, system_admin: Officer, draft: Case
) -> None:
    found = raised(subject=f"cases.case:{draft.pk}")
    assert f"/cases/{draft.pk}/" in signed_in(clerk).get(f"/alerts/{found.pk}/").content.decode()
    hidden = signed_in(system_admin).get(f"/alerts/{found.pk}/").content.decode()
    assert f"/cases/{draft.pk}/" not in hidden
    assert draft.subtype.name_zh not in hidden
    assert signed_in(other_clerk).get(f"/alerts/{found.pk}/").status_code == 404
    assert signed_in(other_clerk).post(f"/alerts/{found.pk}/close/", {"record": "已处理"}).status_code == 404


def test_every_number_leads_to_as_many_alerts(
    signed_in: SignedIn, raised: Raise, city_officer: Officer, branch: Office, other_station: Office, station: Office
) -> None:
    for key, (rule, office) in enumerate(
        ((LATE, station), (LATE, other_station), (RISKY, branch), (RISKY, station)), 1
    ):
        for copy in range(key):
            raised(rule, office, key=10 * key + copy)
    one = Alert.objects.filter(rule=LATE, office=other_station).latest("pk")
    Alert.objects.filter(pk=one.pk).update(settled_at=clock.now())
    browser = signed_in(city_officer)
    page = browser.get("/alerts/?whose=all")
    numbers = [
        (int(count), unescape(url))
        for url, count in re.findall(r'<td class="end numbers[^"]*"><a href="([^"]+)">(\d+)</a>', page.content.decode())
    ]
    assert len(numbers) >= 5
    for count, url in numbers:
        assert len(shown(browser, url)) == count, url
    for state, count in page.context["tally"].items():
        assert len(shown(browser, page.context["links"][state])) == count, state
    down = next(url for count, url in numbers if "under=" in url and count == 10)
    assert {row["office"] for row in browser.get(down).context["matrix"]["rows"]} == {branch, station, other_station}


def test_pages_follow_each_other_without_a_gap(signed_in: SignedIn, raised: Raise, clerk: Officer) -> None:
    every = {raised(key=key).pk for key in range(60)}
    browser, address, seen = signed_in(clerk), "/alerts/", list[int]()
    while address:
        page = browser.get(address)
        seen += [row["alert"].pk for row in page.context["rows"]]
        address = page.context["next_url"]
    assert (len(seen), set(seen)) == (60, every)


def test_taking_note_of_many_leaves_out_what_is_anothers(
    signed_in: SignedIn, raised: Raise, clerk: Officer, other_station: Office
) -> None:
    mine, led, foreign = raised(key=1), raised(key=2, role="leader"), raised(key=3, office=other_station)
    sent = {"alert": [mine.pk, led.pk, foreign.pk, 10**9, "x"]}
    signed_in(clerk).post("/alerts/acknowledge/", sent)
    assert set(Alert.objects.exclude(acknowledged_at=None)) == {mine}


def test_what_was_typed_is_kept_when_it_is_refused_and_the_story_is_told(
    signed_in: SignedIn, raised: Raise, clerk: Officer
) -> None:
    found, browser = raised(), signed_in(clerk)
    assert browser.post(f"/alerts/{found.pk}/close/", {"record": "  "}).status_code == 422
    browser.post(f"/alerts/{found.pk}/acknowledge/")
    browser.post(f"/alerts/{found.pk}/explain/", {"explanation": "材料在途"})
    browser.post(f"/alerts/{found.pk}/close/", {"record": "已补齐"})
    page = browser.get(f"/alerts/{found.pk}/").content.decode()
    assert all(words in page for words in ("材料在途", "已补齐", str(clerk)))
    assert shown(browser) == set()
    assert shown(browser, "/alerts/?state=closed") == {found.pk}


def test_terms_are_changed_on_the_screen_with_a_reason(signed_in: SignedIn, overseer: Officer) -> None:
    browser, address = signed_in(overseer), f"/alerts/rules/{LATE}/terms/"
    form = {"on": "1", "days_1": "0", "level_1": "office", "days_2": "4", "level_2": "city"}
    params = {f"param_{name}": value for name, value in terms.of(LATE).params.items()} | {"param_hours": "6"}
    assert browser.post(address, form | params).status_code == 422  # without a reason
    assert browser.post(address, form | params | {"param_hours": "abc", "reason": "试行"}).status_code == 422
    assert terms.of(LATE).version == 0
    browser.post(address, form | params | {"reason": "市局例会决定"})
    holds = terms.of(LATE)
    assert (holds.version, holds.params["hours"], [rung.level for rung in holds.ladder]) == (1, 6, ["office", "city"])
    page = browser.get(f"/alerts/rules/{LATE}/").content.decode()
    assert "市局例会决定" in page
    assert "超过6小时" in page


def test_one_matter_is_muted_from_its_page_and_the_mute_is_ended(
    signed_in: SignedIn, raised: Raise, branch_officer: Officer, clerk: Officer, station: Office
) -> None:
    found, until = raised(), (clock.today() + timedelta(days=3)).isoformat()
    form = {"office": station.pk, "alert": found.pk, "until": until, "reason": "待法院文书"}
    assert signed_in(clerk).post(f"/alerts/rules/{LATE}/mute/", form).status_code == 403
    browser = signed_in(branch_officer)
    browser.post(f"/alerts/rules/{LATE}/mute/", form)
    mute = Mute.objects.get()
    assert (mute.subject, mute.office) == (found.subject, station)
    assert "待法院文书" in browser.get(f"/alerts/rules/{LATE}/").content.decode()
    browser.post(f"/alerts/mutes/{mute.pk}/end/")
    assert Mute.objects.get().ended_by == branch_officer


def test_the_ladder_shows_who_will_be_told_when(
    signed_in: SignedIn, clerk: Officer, leader: Officer, station: Office
) -> None:
    due = clock.now() - timedelta(minutes=5)
    actions.arm(LATE, "test.thing:1", office_id=station.pk, due_at=due)
    actions.sweep()
    ladder = signed_in(clerk).get(f"/alerts/{Alert.objects.get(rule=LATE).pk}/").context["ladder"]
    assert [(step.number, step.role, step.alert is not None) for step in ladder.steps] == [
        (1, "office", True), (2, "leader", False), (3, "office", False), (4, "office", False),
    ]  # fmt: skip
    assert ladder.climbs
    assert due < ladder.steps[1].due_at < ladder.steps[2].due_at


def test_the_digest_counts_what_the_lists_show(signed_in: SignedIn, raised: Raise, leader: Officer) -> None:
    for key in range(3):
        raised(key=key)
    browser = signed_in(leader)
    (part,) = [part for part in browser.get("/alerts/digest/").context["parts"] if part["lines"]]
    (line,) = part["lines"]
    assert line["now"] == len(shown(browser, line["url"])) == 3


def test_the_header_names_the_officers_own_office_on_a_page_about_another(
    signed_in: SignedIn, station: Office, overseer: Officer
) -> None:
    page = signed_in(overseer).get(f"/alerts/digest/?office={station.pk}")
    own = page.context["home"].office
    assert page.context["office"] == station != own
    assert f'<span class="unit" title="{own}">' in page.content.decode()


@pytest.mark.parametrize("receipts", ["push", "pull"])
def test_a_receipt_is_taken_at_the_door_where_receipts_are_pushed(
    client: Client, station: Office, settings: Any, tmp_path: Any, receipts: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(stand_in.SECRET)
    settings.HUKOU_SMS_GATEWAY, settings.HUKOU_SMS_SECRET_FILE = "https://sms.invalid", str(secret)
    settings.HUKOU_SMS_RECEIPTS = receipts
    outbox.put("digest", key="digest:1", office=station, subject="outbox.digest:1", alerts=1, others=0)
    Message.objects.update(state="sent", phone="110", tries=1, handed_at=clock.now())
    told = {"key": str(Message.objects.get().token), "state": "delivered"}
    body, headers = stand_in.receipt("/texts/receipts/", told, str(int(clock.now().timestamp())))
    answer = client.post("/texts/receipts/", body, content_type="application/json", headers=headers)
    assert answer.status_code == (200 if receipts == "push" else 404)
    assert Message.objects.get().state == ("delivered" if receipts == "push" else "sent")
    if receipts == "push":
        assert json.loads(answer.content) == {"new": True}
        assert client.post("/texts/receipts/", body, content_type="application/json").status_code == 401


def test_a_leader_sets_the_telephone_of_the_station_and_a_mistake_comes_back(
    signed_in: SignedIn, leader: Officer, station: Office, other_station: Office
) -> None:
    browser = signed_in(leader)
    wrong = browser.post(f"/texts/phones/{station.pk}/", {"phone": "张三的手机"})
    assert wrong.status_code == 422
    assert "张三的手机" in wrong.content.decode()
    browser.post(f"/texts/phones/{station.pk}/", {"phone": "0711-3381234"})
    assert Office.objects.get(pk=station.pk).duty_phone == "0711-3381234"
    assert browser.post(f"/texts/phones/{other_station.pk}/", {"phone": "110"}).status_code == 404


def test_the_desk_asks_no_more_for_many_alerts_than_for_few(
    signed_in: SignedIn, raised: Raise, clerk: Officer, draft: Case, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(clerk)
    for key in range(40):
        raised(key=key, subject=f"cases.case:{draft.pk}" if key % 2 else "", rung=1 + key % 3)
    for address, most in (("/", 40), ("/alerts/?whose=all", 25)):
        browser.get(address)
        with django_assert_max_num_queries(most):
            browser.get(address)
    assert listing.told_count(clerk.duties_on()) == 40
