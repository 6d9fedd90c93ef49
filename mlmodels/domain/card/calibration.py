"""Whether the confidences can be believed."""

from collections.abc import Sequence

from mlmodels.domain.card.facts import VersionFacts
from mlmodels.domain.card.layout import Section, Table, number_columns
from mlmodels.domain.evaluation.reliability import ReliabilityBin
from mlmodels.domain.figures import to_count, to_decimal, to_percent, to_points


def calibration(facts: VersionFacts) -> Section:
    """Return how often answers of similar confidence were right."""
    points = facts.reliability
    return Section(
        "Calibration",
        sentences=tuple(_sentences(facts, points)),
        points=points,
        tables=(
            Table(
                "Answers of similar confidence",
                number_columns("Confidence", "Right", "Difference", "Rows"),
                tuple(_row(one) for one in points),
                empty="No confidences were recorded.",
            ),
        ),
    )


def _row(one: ReliabilityBin) -> tuple[str, ...]:
    return (
        to_percent(one.confidence),
        to_percent(one.accuracy),
        to_points(one.accuracy - one.confidence),
        to_count(one.count),
    )


def _sentences(facts: VersionFacts, points: Sequence[ReliabilityBin]) -> list[str]:
    if not points:
        return []
    sentences = [
        "The held-out transactions in groups of about as many rows each, by rising confidence; a perfect "
        "model is right as often as it says."
    ]
    ece, coverage = facts.number("val_ece"), facts.number("val_coverage_at_95")
    if ece is not None:
        sentences.append(
            f"Confidence and share of right answers differ by {to_decimal(ece)} on average (ECE)."
        )
    worst = max(points, key=lambda one: abs(one.confidence - one.accuracy))
    sentences.append(
        f"The largest gap is at a confidence of {to_percent(worst.confidence)}, where "
        f"{to_percent(worst.accuracy)} of {to_count(worst.count)} rows were right."
    )
    if coverage is not None:
        sentences.append(
            f"The most confident {to_percent(coverage)} of the rows can be answered with 95 % of them right."
        )
    return sentences
