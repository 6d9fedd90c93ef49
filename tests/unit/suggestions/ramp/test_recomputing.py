import json
from typing import Any

import pytest

from suggestions.domain.ramp.judging import judge
from suggestions.domain.ramp.recomputing import first_difference, holds_verdicts
from tests.unit.suggestions.ramp.test_judging import INPUTS


def kept() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(judge(INPUTS).to_json()))
    return document


def altered(*place: str | int, to: object) -> dict[str, Any]:
    document = kept()
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = to
    return document


def without(*place: str | int) -> dict[str, Any]:
    document = kept()
    inner: Any = document
    for step in place[:-1]:
        inner = inner[step]
    del inner[place[-1]]
    return document


def test_first_difference__as_it_was_kept__is_none() -> None:
    assert first_difference(kept() | {"overridden": ["it stood too short"]}) is None


@pytest.mark.parametrize("name", ["title", "detail"])
def test_first_difference__put_into_other_words_by_another_release__is_none(name: str) -> None:
    assert first_difference(altered("verdicts", "criteria", 1, name, to="as it was said before")) is None


@pytest.mark.parametrize(
    ("document", "place"),
    [
        pytest.param(altered("verdicts", "agreement", "lower", to=0.99), "agreement.lower", id="a bound"),
        pytest.param(
            altered("verdicts", "agreement", "verdict", to="RETRAIN"), "agreement.verdict", id="word"
        ),
        pytest.param(
            altered("verdicts", "criteria", 1, "status", to="red"), "criteria[1].status", id="a criterion"
        ),
        pytest.param(altered("verdicts", "fired", to=["errors"]), "fired[0]", id="one more fired"),
        pytest.param(without("verdicts", "guardrails", 5), "guardrails[5]", id="a guardrail is gone"),
        pytest.param(without("verdicts", "stable_hours"), "stable_hours", id="a verdict is gone"),
        pytest.param(altered("verdicts", "stable_hours", to=True), "stable_hours", id="another type"),
        pytest.param(
            altered("inputs", "champion", "counts", "agree", to=949), "agreement.agreements", id="a count"
        ),
    ],
)
def test_first_difference__altered__names_the_place(document: dict[str, Any], place: str) -> None:
    difference = first_difference(document)

    assert difference is not None
    assert difference.place == place


def test_first_difference__altered__says_what_is_kept_and_what_follows() -> None:
    difference = first_difference(altered("verdicts", "fired", to=["errors"]))

    assert difference is not None
    assert difference.detail == '"errors" is kept, nothing follows'


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(without("inputs"), id="no counts"),
        pytest.param(without("verdicts"), id="no verdicts"),
        pytest.param(altered("inputs", to=[]), id="no document"),
        pytest.param(altered("inputs", "counted_at", to="yesterday"), id="no moment"),
        pytest.param(altered("inputs", "champion", "counts", "agree", to="many"), id="no number"),
        pytest.param(altered("inputs", "of_a_later_release", to=1), id="a count nobody knows"),
    ],
)
def test_first_difference__cannot_be_judged__says_so(document: dict[str, Any]) -> None:
    difference = first_difference(document)

    assert difference is not None
    assert "cannot be judged again" in difference.detail


def test_first_difference__the_last_digit_of_another_machine__is_no_difference() -> None:
    lower = kept()["verdicts"]["agreement"]["lower"]

    assert first_difference(altered("verdicts", "agreement", "lower", to=lower * (1 + 1e-14))) is None


@pytest.mark.parametrize(
    ("evidence", "expected"), [({}, False), ({"gate": {}}, False), ({"inputs": {}}, True), (kept(), True)]
)
def test_holds_verdicts__evidence_of_a_look_alone(evidence: dict[str, Any], expected: bool) -> None:
    assert holds_verdicts(evidence) is expected
