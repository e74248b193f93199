from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hukou.catalogue.errors import NotOfSubType
from hukou.catalogue.requirements import Missing, State, Why, completeness, missing_text, reason_text
from hukou.catalogue.types import STAGES, stages_until
from tests.support.catalogue import shipped, spec


def ask(subtype, *, facts=(), judged=(), pages=None, stages=("acceptance",)):
    return completeness(
        subtype, facts=frozenset(facts), judged=frozenset(judged), pages=pages or {}, stages=tuple(stages)
    )


def judgeable(subtype):
    return {line.code for line in subtype.materials if line.condition_mode == "officer_judgement"}


def all_but_choices(subtype):
    return {line.code: line.min_pages for line in subtype.materials if line.any_of_group is None}


def test_a_required_material_is_missing_until_its_page_is_there():
    birth = spec("0101")
    slot = ask(birth).slot("M_APPLY_FORM")
    assert (slot.needed, slot.why, slot.state, slot.lacking) == (True, Why.ALWAYS, State.MISSING, 1)
    slot = ask(birth, pages={"M_APPLY_FORM": 1}).slot("M_APPLY_FORM")
    assert (slot.state, slot.lacking) == (State.COMPLETE, 0)


def test_a_material_of_a_fact_is_needed_only_when_the_fact_holds():
    birth = spec("0101")
    slot = ask(birth).slot("M_PROXY_LETTER")
    assert (slot.needed, slot.why, slot.state) == (False, Why.NOT_NEEDED, State.NOT_NEEDED)
    slot = ask(birth, facts={"proxy"}).slot("M_PROXY_LETTER")
    assert (slot.needed, slot.why, slot.state) == (True, Why.FACT, State.MISSING)


def test_a_material_of_several_facts_is_needed_only_when_all_hold():
    birth = spec("0101")
    lines = tuple(
        replace(line, when=("proxy", "married")) if line.code == "M_PROXY_LETTER" else line for line in birth.materials
    )
    birth = replace(birth, materials=lines)
    assert not ask(birth, facts={"proxy"}).slot("M_PROXY_LETTER").needed
    assert ask(birth, facts={"proxy", "married"}).slot("M_PROXY_LETTER").needed


def test_a_material_left_to_judgement_is_needed_when_ticked():
    subtype, line = next(
        (s, m)
        for s in shipped().subtypes
        for m in s.materials
        if m.condition_mode == "officer_judgement" and m.any_of_group is None
    )
    assert ask(subtype).slot(line.code).why == Why.NOT_NEEDED
    slot = ask(subtype, judged={line.code}).slot(line.code)
    assert (slot.needed, slot.why, slot.state) == (True, Why.JUDGED, State.MISSING)


def test_a_page_nobody_asked_for_is_welcome():
    answer = ask(spec("0101"), pages={"M_PROXY_LETTER": 1})
    assert answer.slot("M_PROXY_LETTER").state == State.OPTIONAL_PRESENT


def test_one_page_of_two_is_partial():
    subtype, line = next((s, m) for s in shipped().subtypes for m in s.materials if m.min_pages == 2 and m.required)
    answer = ask(subtype, pages={line.code: 1}, stages=STAGES)
    assert (answer.slot(line.code).state, answer.slot(line.code).lacking) == (State.PARTIAL, 1)
    assert Missing((line.code,), None, 1) in answer.missing


def test_pages_over_the_maximum_keep_the_case_from_being_complete():
    birth = spec("0101")
    assert ask(birth, pages=all_but_choices(birth)).complete
    answer = ask(birth, pages={**all_but_choices(birth), "M_APPLY_FORM": 3})
    assert answer.slot("M_APPLY_FORM").too_many == 1
    assert not answer.complete


def test_a_later_stage_does_not_block_the_earlier():
    birth = spec("0101")
    pages = {line.code: line.min_pages for line in birth.materials if line.stage == "acceptance"}
    assert ask(birth, pages=pages).complete
    filing = ask(birth, pages=pages, stages=stages_until("completion"))
    assert [missing.codes for missing in filing.missing] == [("M_REG_FORM",)]


def test_one_proof_out_of_a_choice_is_enough():
    death = spec("0201")
    members = tuple(line.code for line in death.members("death_proof"))
    assert ask(death, pages=all_but_choices(death)).missing == (Missing(members, "death_proof", 1),)
    for member in members:
        answer = ask(death, pages={**all_but_choices(death), member: 1})
        assert answer.complete
        assert answer.slot(member).state == State.COMPLETE
        assert sum(answer.slot(code).needed for code in members) == 1


def test_a_choice_of_two_waits_for_the_second():
    death = replace(spec("0201"), any_of={"death_proof": 2})
    first, *others = (line.code for line in death.members("death_proof"))
    answer = ask(death, pages={**all_but_choices(death), first: 1})
    assert answer.missing == (Missing(tuple(others), "death_proof", 1),)


def test_proof_of_another_ground_does_not_replace_that_of_the_ground_that_holds():
    """0301: adopted after 1999 asks for the certificate; the notarial deed of a de-facto adoption will not do."""
    adoption = spec("0301")
    pages = {**all_but_choices(adoption), "M_ADOPTION_NOTARY": 1}
    answer = ask(adoption, facts={"adopt_after_1999"}, pages=pages)
    assert [missing.codes for missing in answer.missing] == [("M_ADOPTION_CERT",)]
    assert ask(adoption, facts={"adopt_factual"}, pages=pages).complete


def test_a_choice_falls_due_with_the_latest_stage_of_its_members():
    """0401: neighbours may witness during the investigation, so acceptance does not wait for a proof of origin."""
    late = spec("0401")
    pages = all_but_choices(late)
    assert ask(late, facts=(), pages=pages).complete
    answer = ask(late, pages=pages, stages=stages_until("investigation"))
    assert [missing.group for missing in answer.missing] == ["origin_basis"]


def test_pages_or_ticks_of_a_stranger_are_refused():
    with pytest.raises(NotOfSubType):
        ask(spec("0101"), pages={"M_NOTHING": 1})
    with pytest.raises(NotOfSubType):
        ask(spec("0101"), judged={"M_APPLY_FORM"})


def test_facts_of_other_sub_types_mean_nothing():
    assert ask(spec("0101"), facts={"court_revoked"}) == ask(spec("0101"))


def test_an_unknown_stage_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="stages"):
        ask(spec("0101"), stages=("later",))


def test_the_reason_is_told_in_both_languages():
    birth = spec("0101")
    slot = ask(birth, facts={"proxy"}).slot("M_PROXY_LETTER")
    with translation.override("en"):
        assert reason_text(birth, slot) == "required because: someone acts on the applicant's behalf"
    with translation.override("zh-hans"):
        assert "委托他人代办" in reason_text(birth, slot)


def test_what_is_missing_is_named_in_both_languages():
    death = spec("0201")
    (choice,) = ask(death, pages=all_but_choices(death)).missing
    with translation.override("en"):
        assert missing_text(death, choice).startswith("1 of: ")
        assert missing_text(death, Missing(("M_APPLY_FORM",), None, 1)) == "household registration application form"
    with translation.override("zh-hans"):
        assert missing_text(death, Missing(("M_APPLY_FORM",), None, 1)) == "户口登记申请表"


@pytest.mark.parametrize("subtype", shipped().subtypes, ids=lambda s: s.code)
def test_every_sub_type_is_incomplete_when_empty_and_complete_when_full(subtype):
    empty = ask(subtype, stages=STAGES)
    assert not empty.complete
    assert all(shortage for shortage in empty.groups.values())
    full = ask(
        subtype,
        facts=subtype.facts,
        judged=judgeable(subtype),
        pages={line.code: line.min_pages for line in subtype.materials},
        stages=STAGES,
    )
    assert full.complete
    assert all(slot.needed and slot.state == State.COMPLETE for slot in full.slots)


@pytest.mark.parametrize("subtype", shipped().subtypes, ids=lambda s: s.code)
def test_every_line_is_needed_exactly_by_its_own_condition_or_an_open_choice(subtype):
    for line in subtype.materials:
        bare = ask(subtype).slot(line.code)
        met = ask(subtype, facts=set(line.when), judged={line.code} & judgeable(subtype)).slot(line.code)
        assert met.needed
        assert bare.needed == (line.required or line.any_of_group is not None)


@st.composite
def cases(draw):
    """A sub-type with facts, ticks, pages and stages; half of them full."""
    subtype = draw(st.sampled_from(shipped().subtypes))
    facts = {fact for fact in sorted(subtype.facts) if draw(st.booleans())}
    judged = {code for code in sorted(judgeable(subtype)) if draw(st.booleans())}
    full = draw(st.booleans())
    pages = {
        line.code: line.min_pages if full else draw(st.integers(0, line.min_pages + 1)) for line in subtype.materials
    }
    stages = stages_until(draw(st.sampled_from(STAGES)))
    return subtype, {"facts": facts, "judged": judged, "pages": pages, "stages": stages}


@given(cases(), st.data())
def test_another_page_never_makes_a_complete_case_incomplete_unless_it_is_one_too_many(case, data):
    subtype, question = case
    before = ask(subtype, **question)
    line = data.draw(st.sampled_from(subtype.materials))
    pages = {**question["pages"], line.code: question["pages"][line.code] + 1}
    after = ask(subtype, **{**question, "pages": pages})
    assert after.slot(line.code).too_many or after.complete >= before.complete
    assert len(after.missing) <= len(before.missing)


@given(cases(), st.data())
def test_another_fact_never_makes_less_necessary(case, data):
    subtype, question = case
    fact = data.draw(st.sampled_from(sorted(subtype.facts) or ["proxy"]))
    before = ask(subtype, **question)
    after = ask(subtype, **{**question, "facts": question["facts"] | {fact}})
    assert {slot.code for slot in before.slots if slot.needed} <= {slot.code for slot in after.slots if slot.needed}


@given(cases())
def test_what_is_complete_at_a_stage_was_complete_at_the_earlier(case):
    subtype, question = case
    for earlier, later in (("acceptance", "investigation"), ("investigation", "completion")):
        if ask(subtype, **{**question, "stages": stages_until(later)}).complete:
            assert ask(subtype, **{**question, "stages": stages_until(earlier)}).complete
