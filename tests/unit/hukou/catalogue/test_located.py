from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hukou.catalogue.located import BadJson, read

plain_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | plain_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
    max_leaves=20,
)


@given(documents, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_any_json_document_is_read_as_python_reads_it(document, indent, ascii_only):
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    assert read(text.encode()).plain() == document


def test_every_value_knows_its_line_and_its_path():
    root = read(b'{\n "a": [\n  1,\n  {"b": "x"}\n ]\n}')
    item = root.value["a"].value[1].value["b"]
    assert (item.value, item.line, item.path) == ("x", 4, "a[1].b")


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 1),
        (b'{"a": 1,}', 1),
        (b'{\n"a": 1,\n"a": 2}', 3),
        (b"[1\n2]", 2),
        (b"[1.5]", 1),
        (b"[1e3]", 1),
        (b"[01]", 1),
        (b"[NaN]", 1),
        (b'{"a" 1}', 1),
        (b"{a: 1}", 1),
        (b'["open\n"]', 1),
        (b'["\\x"]', 1),
        (b'["\\u0000"]', 1),
        (b'["\\ud800"]', 1),
        (b"[]\n[]", 2),
        (b"[\n\xff]", 2),
        (b"\xef\xbb\xbf[]", 1),
        (b"[" * 100_000, 1),
        (b"[tru]", 1),
    ],
)
def test_broken_json_is_refused_with_its_line(data, line):
    with pytest.raises(BadJson) as refusal:
        read(data)
    assert refusal.value.line == line
