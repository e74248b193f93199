from __future__ import annotations

import json
import re

import pytest

from hukou.catalogue import parsing
from hukou.catalogue.errors import BadCatalogue
from tests.support.catalogue import changed, shipped, shipped_bytes


def problems_of(data: bytes):
    with pytest.raises(BadCatalogue) as refusal:
        parsing.parse(data)
    return refusal.value.data["problems"]


def line_of(data: bytes, path: str) -> int:
    """The line of `path` in an indented file, found without our reader: a marker is put there and looked for."""
    document = json.loads(data)
    *way, last = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
    node = document
    for part in way:
        node = node[part]
    node[last] = "MARKER-OF-THE-LINE"
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return text[: text.index("MARKER-OF-THE-LINE")].count("\n") + 1


def subtype(document, code):
    return next(s for c in document["categories"] for s in c["subtypes"] if s["code"] == code)


def material(document, code, name):
    return next(m for m in subtype(document, code)["materials"] if m["code"] == name)


def test_the_shipped_catalogue_is_faultless():
    assert shipped().version == "2026-11-21"


def test_every_field_of_the_file_reaches_the_spec():
    document = json.loads(shipped_bytes())
    for spec in shipped().subtypes:
        entry = subtype(document, spec.code)
        assert spec.raw == entry
        assert [line.code for line in spec.materials] == [line["code"] for line in entry["materials"]]
        assert spec.decision_level == entry["decision_level"]


def test_a_material_may_have_limits_of_its_own():
    def finer(document):
        material(document, "0101", "M_PROXY_ID")["capture"]["limits"] = {"sharpness": ["0.30", "0.24"]}

    line = parsing.parse(changed(finer)).subtypes[0].material("M_PROXY_ID")
    assert line.capture.limits == {"sharpness": (0.3, 0.24)}
    assert (line.capture.sides, line.capture.size_mm) == (2, (53.98, 85.6))


FAULTS = {
    "unknown fact": (lambda d: material(d, "0101", "M_PROXY_ID").update(when=["prox"]), "prox"),
    "unknown step": (lambda d: subtype(d, "1102").update(chain=["station_accept", "mayor_approve"]), "mayor_approve"),
    "unknown stage": (lambda d: material(d, "0101", "M_PROXY_ID").update(stage="later"), "later"),
    "unknown condition_mode": (lambda d: material(d, "0101", "M_PROXY_ID").update(condition_mode="maybe"), "maybe"),
    "unknown retention": (lambda d: subtype(d, "0101").update(retention="5y"), "5y"),
    "unknown keep": (lambda d: material(d, "0101", "M_PROXY_ID").update(keep="burnt"), "burnt"),
    "duplicate sub-type": (lambda d: d["categories"][0]["subtypes"].append(subtype(d, "0101")), "0101"),
    "duplicate category": (lambda d: d["categories"].append(d["categories"][0]), "01"),
    "duplicate material": (
        lambda d: subtype(d, "0101")["materials"].append(material(d, "0101", "M_PROXY_ID")),
        "M_PROXY_ID",
    ),
    "choice without members": (lambda d: subtype(d, "0101").update(any_of={"none": 1}), "none"),
    "choice asks for too many": (lambda d: subtype(d, "0201").update(any_of={"death_proof": 4}), "death_proof"),
    "choice asks for none": (lambda d: subtype(d, "0201").update(any_of={"death_proof": 0}), "0"),
    "choice not declared": (lambda d: subtype(d, "0201").update(any_of={}), "death_proof"),
    "more pages at least than at most": (lambda d: material(d, "0101", "M_PROXY_ID").update(min_pages=9), "9"),
    "no pages": (lambda d: material(d, "0101", "M_PROXY_ID").update(min_pages=0), "0"),
    "negative limit": (lambda d: subtype(d, "0101")["limit_working_days"].update(total=-1), "0"),
    "limits do not add up": (lambda d: subtype(d, "1102")["limit_working_days"].update(total=11), "11"),
    "limit over the ceiling": (lambda d: subtype(d, "1102").update(limit_ceiling_working_days=9), "9"),
    "limit for a strange step": (lambda d: subtype(d, "0101")["limit_working_days"].update(city_approve=1), "city"),
    "negative capture hours": (lambda d: subtype(d, "0101").update(capture_due_hours=-1), "1"),
    "chain ends below its decision level": (lambda d: subtype(d, "1102").update(decision_level="city"), "city"),
    "chain ends with a review": (
        lambda d: subtype(d, "1103").update(chain=["station_accept", "station_review", "branch_review"]),
        "branch_review",
    ),
    "chain falls": (
        lambda d: subtype(d, "1102").update(chain=["station_accept", "branch_review", "station_approve"]),
        "station_approve",
    ),
    "chain decides twice": (
        lambda d: subtype(d, "1102").update(chain=["station_accept", "station_approve", "branch_approve"]),
        "station_approve",
    ),
    "chain begins above": (
        lambda d: subtype(d, "1102").update(chain=["station_review", "branch_approve"]),
        "station_accept",
    ),
    "empty chain": (lambda d: subtype(d, "1102").update(chain=[]), "1"),
    "on the spot in two steps": (lambda d: subtype(d, "1102").update(on_the_spot=True), "on_the_spot"),
    "missing field": (lambda d: subtype(d, "0101").pop("retention"), "retention"),
    "missing meta": (lambda d: d.pop("meta"), "meta"),
    "number as text": (lambda d: subtype(d, "0101").update(capture_due_hours="24"), ""),
    "truth as number": (lambda d: subtype(d, "0101").update(capture_due_hours=True), ""),
    "list as text": (lambda d: subtype(d, "0101").update(materials="none"), ""),
    "sub-type is no object": (lambda d: d["categories"][0]["subtypes"].append(7), ""),
    "empty name": (lambda d: subtype(d, "0101").update(name_zh=" "), ""),
    "name too long for its column": (lambda d: subtype(d, "0101").update(name_zh="长" * 81), "80"),
    "code of another category": (lambda d: subtype(d, "0101").update(code="0901"), "0901"),
    "code of a wrong shape": (lambda d: subtype(d, "0101").update(code="１"), "１"),
    "required but conditional": (lambda d: material(d, "0101", "M_PROXY_ID").update(required=True), "required"),
    "fact mode without facts": (lambda d: material(d, "0101", "M_PROXY_ID").update(when=[]), "fact"),
    "condition without words": (lambda d: material(d, "0101", "M_PROXY_ID").update(condition_zh=""), ""),
    "auxiliary approves": (lambda d: d["meta"]["actor_rules"]["auxiliary_may"].append("city_approve"), "city_approve"),
    "step open to everyone": (
        lambda d: d["meta"]["actor_rules"]["officer_only"].remove("station_accept"),
        "station_accept",
    ),
    "unknown step in meta": (lambda d: d["meta"]["chain_steps"].update(mayor_approve="x"), "mayor_approve"),
    "unknown paper": (lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(paper="B7"), "B7"),
    "three sides": (lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(sides=3), ""),
    "resolution below any standard": (
        lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(least_dpi=50),
        "100",
    ),
    "unknown wish for the capture": (lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(shine=1), "shine"),
    "unknown rule of quality": (
        lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(limits={"smell": ["1", "2"]}),
        "smell",
    ),
    "one number for a limit": (
        lambda d: material(d, "0101", "M_PROXY_ID")["capture"].update(limits={"glare": ["0.1"]}),
        "",
    ),
    "no version": (lambda d: d["meta"].update(version=""), ""),
}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_faulty_catalogue_is_refused_and_the_fault_is_named(fault):
    change, word = FAULTS[fault]
    problems = problems_of(changed(change))
    assert any(word in problem.text for problem in problems)
    assert all(problem.line > 0 for problem in problems)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("categories[0].subtypes[0].retention", "never"),
        ("categories[3].subtypes[1].materials[2].stage", "soon"),
        ("categories[13].subtypes[1].materials[5].min_pages", -3),
        ("categories[10].subtypes[1].chain[2]", "nobody"),
        ("meta.facts.proxy.zh", ""),
    ],
)
def test_the_fault_is_shown_at_its_line(path, value):
    data = shipped_bytes()
    expected = line_of(data, path)

    def spoil(document):
        *way, last = [int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path)]
        for part in way:
            document = document[part]
        document[last] = value

    assert (expected, path) in {(problem.line, problem.path) for problem in problems_of(changed(spoil))}


def test_all_faults_are_listed_at_once_in_the_order_of_the_file():
    def spoil(document):
        subtype(document, "1402").update(retention="never")
        subtype(document, "0101").update(retention="never")

    problems = problems_of(changed(spoil))
    assert [p.path for p in problems] == ["categories[0].subtypes[0].retention", "categories[13].subtypes[1].retention"]


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{", b'{"meta": {}, "categories": []}', b"\xff"])
def test_something_that_is_no_catalogue_is_refused(data):
    assert problems_of(data)


def test_a_huge_file_is_refused_unread():
    assert problems_of(b" " * (parsing.LARGEST + 1))[0].line == 1
