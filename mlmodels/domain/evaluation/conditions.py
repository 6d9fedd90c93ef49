"""The conditions of the gate, one function each."""

from dataclasses import dataclass

from mlmodels.domain.evaluation.evaluation import MIN_SUPPORT, Comparison, Evaluation
from mlmodels.domain.evaluation.examined import DataFacts
from mlmodels.domain.evaluation.leaks import IMPLAUSIBLE_ACCURACY, signs_of_a_leak
from mlmodels.domain.evaluation.significance import is_surely_worse
from mlmodels.domain.figures import to_percent

MIN_CLASSES = 2
MIN_ROWS_OF_A_COMPARISON = 100
"""Rows newer than the champion below which it is not compared with."""
MIN_ROWS_OF_A_COMPARISON_BY_F1 = 1_000
"""The same for macro-F1, which a few rows of rare categories move by more than its margin."""
WEAKEST_SHOWN = 3
TITLES = {
    "finite": "All probabilities are finite",
    "classes": "Knows enough categories",
    "beats_majority": "Better than always answering the most frequent category",
    "not_below_lookup": "Not worse than looking up the merchant",
    "not_below_baseline": "Not worse than today's rules on the same transactions",
    "not_below_champion": "Not worse than the champion on the same transactions",
    "champion_f1": "Macro F1 not below the champion's by more than the margin",
    "f1_macro": "Finds the categories well on average",
    "category_f1": "Finds each category with enough examples well",
    "no_leak": "Not better than can be believed",
    "fresh": "Learned from examples that are recent enough",
}
"""The conditions in words for people, in the order they are judged in."""


@dataclass(frozen=True, slots=True)
class GateThresholds:
    """What an installation demands of a model."""

    min_f1_macro: float = 0.72
    min_category_f1: float = 0.0
    """Of each category with enough held-out examples; 0: not demanded."""
    f1_margin: float = 0.03
    """How far macro-F1 may lie below the champion's: a non-inferiority margin, chosen before looking."""
    max_age_days: int = 365
    """How much older than the newest transaction the newest example may be; 0: not demanded."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a model must show."""

    name: str
    value: float | None
    """None where nothing could be measured."""
    threshold: float | None
    passed: bool
    detail: str
    """What was found, in words for people."""


def finite(evaluation: Evaluation) -> Condition:
    """Demand that every confidence is a finite number."""
    detail = "all confidences are finite" if evaluation.is_finite else "some confidences are not finite"
    return Condition("finite", float(evaluation.is_finite), 1.0, evaluation.is_finite, detail)


def knows_categories(classes: int) -> Condition:
    """Demand that there is something to choose between."""
    detail = f"it knows {classes} categories, at least {MIN_CLASSES} are needed"
    return Condition("classes", float(classes), float(MIN_CLASSES), classes >= MIN_CLASSES, detail)


def beats_majority(evaluation: Evaluation) -> Condition:
    """Demand more than always answering the most frequent category."""
    value, threshold = evaluation.accuracy, evaluation.majority_accuracy
    simplest = f"always answering the most frequent category in {to_percent(threshold)}"
    detail = f"right in {to_percent(value)}, {simplest}"
    return Condition("beats_majority", value, threshold, value > threshold, detail)


def not_below_lookup(evaluation: Evaluation) -> Condition:
    """Demand no less than looking up the merchant's most frequent category."""
    return _not_below(
        "not_below_lookup", "looking up the merchant",
        evaluation.accuracy, evaluation.lookup_accuracy, rows=evaluation.size,
    )  # fmt: skip


def not_below_baseline(evaluation: Evaluation) -> Condition:
    """Demand no less than today's rules where they answer."""
    rows = round(evaluation.size * evaluation.baseline_coverage)
    return _not_below(
        "not_below_baseline", "today's rules",
        evaluation.accuracy_on_baseline_rows, evaluation.baseline_accuracy, rows=rows,
    )  # fmt: skip


def not_below_champion(evaluation: Evaluation) -> Condition:
    """Demand no less than the champion on the rows that are newer than all it has learned."""
    found = evaluation.champion
    if found is None or found.rows < MIN_ROWS_OF_A_COMPARISON:
        return _not_compared("not_below_champion", found, MIN_ROWS_OF_A_COMPARISON)
    return _not_below(
        "not_below_champion", "the champion", found.accuracy, found.champion_accuracy, rows=found.rows
    )


def champion_f1(evaluation: Evaluation, thresholds: GateThresholds) -> Condition:
    """Demand a macro-F1 that is not below the champion's by more than the margin."""
    found = evaluation.champion
    if found is None or found.rows < MIN_ROWS_OF_A_COMPARISON_BY_F1:
        return _not_compared("champion_f1", found, MIN_ROWS_OF_A_COMPARISON_BY_F1)
    value, champion = found.f1_macro, found.champion_f1_macro
    if value is None or champion is None:
        return Condition("champion_f1", None, None, True, f"no category has {MIN_SUPPORT} rows to compare by")
    threshold = champion - thresholds.f1_margin
    detail = (
        f"macro-F1 {value:.3f} over the categories with {MIN_SUPPORT} of {found.rows} rows, "
        f"the champion's {champion:.3f} with a margin of {thresholds.f1_margin}"
    )
    return Condition("champion_f1", value, threshold, value >= threshold, detail)


def f1_macro(evaluation: Evaluation, thresholds: GateThresholds) -> Condition:
    """Demand that the categories are found well on average, however rare they are."""
    value, threshold = evaluation.f1_macro, thresholds.min_f1_macro
    passed = value >= threshold
    detail = f"macro-F1 {value:.3f} is {'not ' if passed else ''}below {threshold}; {_weakest(evaluation)}"
    return Condition("f1_macro", value, threshold, passed, detail)


def category_f1(evaluation: Evaluation, thresholds: GateThresholds) -> Condition:
    """Demand that each category with enough examples is found well."""
    f1 = {name: score.f1 for name, score in evaluation.per_class.items() if score.support >= MIN_SUPPORT}
    threshold = thresholds.min_category_f1
    if not f1:
        detail = f"no category has {MIN_SUPPORT} held-out examples"
        return Condition("category_f1", None, threshold, True, detail)
    worst = min(f1, key=lambda name: f1[name])
    below = sorted(name for name in f1 if not f1[name] >= threshold)
    detail = (
        f"below {threshold}: {', '.join(below)}" if below else f"the weakest is {worst} with {f1[worst]:.3f}"
    )
    return Condition("category_f1", f1[worst], threshold, not below, detail)


def no_leak(evaluation: Evaluation, data: DataFacts) -> Condition:
    """Demand an accuracy that can be believed."""
    signs = list(signs_of_a_leak(evaluation, data))
    detail = "; ".join(signs) or "nothing in the rows gives the category away"
    return Condition("no_leak", evaluation.accuracy, IMPLAUSIBLE_ACCURACY, not signs, detail)


def fresh(data: DataFacts, thresholds: GateThresholds) -> Condition:
    """Demand examples from about the time of the transactions that are to be categorised."""
    if data.age_days is None or not thresholds.max_age_days:
        return Condition("fresh", None, None, True, "the age of the examples is not judged")
    detail = f"the newest example is {data.age_days} days older than the newest transaction"
    passed = data.age_days <= thresholds.max_age_days
    return Condition("fresh", float(data.age_days), float(thresholds.max_age_days), passed, detail)


def _not_compared(name: str, found: Comparison | None, least: int) -> Condition:
    if found is None:
        return Condition(name, None, None, True, "not compared: there is no champion that could be asked")
    if not found.can_be_asked:
        detail = "the champion could not be asked, it knows no category of the examples"
        return Condition(name, None, None, True, f"not compared: {detail}")
    detail = f"{found.rows} held-out rows are newer than what the champion has learned; {least} are needed"
    return Condition(name, None, None, True, f"not compared: {detail}")


def _not_below(
    name: str, other: str, value: float | None, threshold: float | None, *, rows: int
) -> Condition:
    if value is None or threshold is None:
        return Condition(name, value, threshold, True, f"{other}: nothing to compare with")
    passed = not is_surely_worse(value, threshold, rows=rows)
    verdict = "not significantly worse" if passed else "significantly worse"
    detail = f"right in {to_percent(value)} of {rows} rows, {other} in {to_percent(threshold)}: {verdict}"
    return Condition(name, value, threshold, passed, detail)


def _weakest(evaluation: Evaluation) -> str:
    scores = sorted((score.f1, name) for name, score in evaluation.per_class.items())
    return "weakest: " + (", ".join(f"{name} {f1:.2f}" for f1, name in scores[:WEAKEST_SHOWN]) or "none")
