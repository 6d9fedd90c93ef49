"""A card as Markdown: its tables stay tables, and no name is read as markup."""

import re

import pytest

from mlmodels.domain.card import VersionFacts, to_markdown, write_card
from mlmodels.domain.card.markdown import escape
from tests.version_facts import METRICS, make_facts

HOSTILE = "a|b `c` <script>alert(1)</script>\n# *d* [e](http://f.example) &amp; www.g.example ~~h~~ $i$ \\"


def markdown(facts: VersionFacts) -> str:
    return to_markdown(write_card(facts, before=None, min_examples=5))


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        pytest.param("Food & Drink", r"Food \& Drink", id="entity"),
        pytest.param("a|b", r"a\|b", id="cell"),
        pytest.param("`rm`", r"\`rm\`", id="code"),
        pytest.param("<b>", r"\<b\>", id="html"),
        pytest.param("one\r\n\u2028two\tthree", "one two three", id="lines"),
        pytest.param("http://f.example", r"http\://f.example", id="address"),
        pytest.param("www.f.example", r"www\.f.example", id="bare-address"),
        pytest.param("C:\\", "C:\\\\", id="backslash"),
        pytest.param("Épicerie – 90.5 %, +0.1", "Épicerie – 90.5 %, +0.1", id="plain"),
    ],
)
def test_escape__text__is_shown_as_it_is(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_markdown__hostile_category__changes_no_table_and_brings_no_markup() -> None:
    figures = {
        name: {HOSTILE if one == "Coffee" else one: value for one, value in METRICS[name].items()}
        for name in METRICS
        if name.endswith("_per_class")
    }
    pairs = [[HOSTILE, "Fuel", 4], ["Fuel", HOSTILE, 2]]

    text = markdown(make_facts(figures | {"val_confused_pairs": pairs}, labels=("Fuel", "Groceries")))

    assert text.count("\n## ") == 8
    assert len(re.findall(r"^### ", text, flags=re.MULTILINE)) == 1
    assert not re.search(r"(?<!\\)[<`](?!``)", text.replace("```", ""))
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1, table


def test_markdown__sections__headings_facts_tables_and_advice() -> None:
    text = markdown(make_facts())

    assert text.startswith("# Model card of v5\n\nv5 was trained on 2026-07-01 03:00 UTC")
    assert "- Labelled examples: 5,003\n" in text
    assert "| Figure | v5 |\n| --- | ---: |\n| Accuracy | 90.0 % |\n" in text
    assert "| Coffee | Groceries | 15 | 37.5 % | 9 |" in text
    assert "### Coffee (F1 0.500, 40 held out)\n\n- " in text
    assert text.endswith(" |\n")


def test_markdown__calibration__is_drawn_line_by_line() -> None:
    lines = markdown(make_facts()).splitlines()

    drawn = [line for line in lines if "·" in line]
    assert [line.split()[0] for line in drawn] == ["40.0", "80.0", "99.0"]
    strips = [line.split()[4] for line in drawn]
    assert (strips[0].index("|"), strips[0].index("o")) == (20, 25)
    assert strips[1][40] == "X"  # 79 % falls on the same place as 80 %
    assert {len(strip) for strip in strips} == {51}


def test_markdown__empty_tables__say_why() -> None:
    text = markdown(make_facts({"val_confused_pairs": [], "val_reliability": None}))

    assert "No mistake was recorded." in text
    assert "No confidences were recorded." in text
    assert "```" not in text
