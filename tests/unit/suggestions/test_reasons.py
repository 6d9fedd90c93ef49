from typing import Any

import pytest

from mlmodels.domain.ranking import CandidateEvidence, Counted
from suggestions.domain.reasons import band_of, reasons_of

NONE = Counted(0, 0)


def reasons(*, quotes: bool = True, **known: Any) -> list[str]:
    values: dict[str, Any] = {
        **dict.fromkeys(("pair", "merchant", "word", "user"), NONE),
        "text": 0.0,
        "similar_to": "",
        "is_correction": False,
    }
    return reasons_of(CandidateEvidence(**values | known), quotes=quotes)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"is_correction": True}, ["you corrected this merchant to this category"]),
        ({"pair": Counted(9, 10)}, ["9 of your last 10 labels at this merchant"]),
        ({"pair": Counted(1, 1)}, ["your only label at this merchant"]),
        (
            {"pair": Counted(2, 2), "merchant": Counted(18, 20)},
            [
                "2 of your last 2 labels at this merchant",
                "18 of everybody's last 20 labels at this merchant",
            ],
        ),
        ({"pair": Counted(2, 2), "merchant": Counted(2, 2)}, ["2 of your last 2 labels at this merchant"]),
        ({"similar_to": "YOGA EAST"}, ['similar to "YOGA EAST", which you put here']),
        ({"text": 0.93}, ["the wording alone says so with 93 %"]),
        (
            {"word": Counted(3, 4)},
            ["3 of everybody's last 4 labels at merchants with the same first word"],
        ),
        ({"user": Counted(7, 80)}, ["7 of your last 80 labels anywhere"]),
        ({}, ["the closest of your categories by wording and amount"]),
    ],
)
def test_reasons_of__evidence__named_in_words(known: dict[str, Any], expected: list[str]) -> None:
    assert reasons(**known) == expected


def test_reasons_of__without_quotes__names_no_other_text() -> None:
    assert reasons(quotes=False, similar_to="YOGA EAST") == [
        "similar to another transaction, which you put here"
    ]


def test_reasons_of__long_text__cut() -> None:
    assert len(reasons(similar_to="X" * 500)[0]) < 100


@pytest.mark.parametrize(
    ("confidence", "band"), [(1.0, "98"), (0.98, "98"), (0.979, "90"), (0.75, "75"), (0.5, "50"), (0.49, "0")]
)
def test_band_of__confidence__at_least_so_many_percent(confidence: float, band: str) -> None:
    assert band_of(confidence) == band
