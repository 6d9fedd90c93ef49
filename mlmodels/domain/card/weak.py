"""The categories that are found badly, each with what would help it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from mlmodels.domain.card.facts import CategoryFigures, ConfusedPair, VersionFacts
from mlmodels.domain.card.layout import Item, Section
from mlmodels.domain.evaluation.evaluation import MIN_SUPPORT
from mlmodels.domain.figures import to_count, to_decimal, to_percent

_NAMED_PAIRS = 3
_MOSTLY = 0.5


def weak_categories(facts: VersionFacts, *, min_examples: int) -> Section:
    """Return the weak categories, the weakest first, with advice that the stored figures support."""
    weak = facts.weak
    if not facts.categories:
        sentence = "Nothing was measured by category."
    elif not weak:
        sentence = f"No category has an F1 below {facts.wanted_f1:g}."
    else:
        have = "has" if len(weak) == 1 else "have"
        sentence = (
            f"{len(weak)} of {len(facts.categories)} categories {have} an F1 below {facts.wanted_f1:g}."
        )
    return Section(
        "Weak categories, and what would help them",
        sentences=(sentence,),
        items=tuple(_item(_Case(one, facts, min_examples)) for one in weak),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    figures: CategoryFigures
    facts: VersionFacts
    min_examples: int

    @property
    def is_learned(self) -> bool:
        return self.figures.category in self.facts.labels

    @property
    def older(self) -> int | None:
        examples, support = self.figures.examples, self.figures.support
        return None if examples is None or support is None else max(examples - support, 0)

    @property
    def taken_for(self) -> list[ConfusedPair]:
        return [pair for pair in self.facts.confused_pairs if pair.truth == self.figures.category]

    @property
    def taken_from(self) -> list[ConfusedPair]:
        return [pair for pair in self.facts.confused_pairs if pair.answer == self.figures.category]


def _item(case: _Case) -> Item:
    figures = case.figures
    held_out = f", {to_count(figures.support)} held out" if figures.support is not None else ""
    said = tuple(sentence for rule in _RULES for sentence in rule(case))
    return Item(
        f"{figures.category} (F1 {to_decimal(figures.f1)}{held_out})",
        said or ("The stored figures do not say why.",),
    )


def _not_learned(case: _Case) -> Iterator[str]:
    if case.is_learned:
        return
    examples = case.figures.examples
    said = f"It was left out of the training, as a category is learned from {case.min_examples} examples on"
    if examples is not None and examples < case.min_examples:
        more = case.min_examples - examples
        yield f"{said}: it has {examples}, so {more} more {'is' if more == 1 else 'are'} needed."
    else:
        yield f"{said}."


def _too_new(case: _Case) -> Iterator[str]:
    if case.is_learned and case.older is not None and case.older < case.min_examples:
        verb = "is" if case.older == 1 else "are"
        yield (
            f"It is new: only {case.older} of its {to_count(case.figures.examples)} labelled examples {verb} "
            "older than those held out, so it was measured before it could be learned. The version "
            "itself has learned from all of them; the next training measures that."
        )


def _few_held_out(case: _Case) -> Iterator[str]:
    support = case.figures.support
    if support is None or support >= MIN_SUPPORT:
        return
    yield f"With {support} held-out examples one answer more or less moves its F1 by points."
    labels, held_out = case.facts.number("refit_size"), case.facts.number("val_size")
    if labels and held_out:
        more = ceil((MIN_SUPPORT - support) * labels / held_out)
        yield f"About {to_count(more)} more labels of it would bring {MIN_SUPPORT} held-out examples."


def _missed(case: _Case) -> Iterator[str]:
    recall, support = case.figures.recall, case.figures.support
    if recall is None or support is None or recall >= case.facts.wanted_f1:
        return
    missed = support - round(recall * support)
    found = (
        f"None of its {support} held-out examples was found"
        if missed == support
        else (f"{missed} of its {support} held-out examples were missed")
    )
    if case.taken_for:
        yield (
            f"{found}, most often taken for {_named(case.taken_for, 'answer')}: look whether the labels of "
            "these follow one rule, and correct those that do not."
        )
    else:
        yield f"{found}; how they were answered is not among the most frequent mistakes."


def _answered_too_often(case: _Case) -> Iterator[str]:
    precision = case.figures.precision
    # A precision of 0 also stands for a category that was never answered.
    if not precision or precision >= case.facts.wanted_f1:
        return
    said = f"Where it was answered, {to_percent(precision)} were right"
    if case.taken_from:
        yield f"{said}; most of the others belong to {_named(case.taken_from, 'truth')}."
    else:
        yield f"{said}; the others are not among the most frequent mistakes."


def _both_ways(case: _Case) -> Iterator[str]:
    back = {pair.truth: pair.rows for pair in case.taken_from}
    for pair in case.taken_for:
        if pair.answer in back:
            yield (
                f"It and {pair.answer} are taken for each other ({pair.rows} and {back[pair.answer]} times): "
                "where people use both for the same purchases, agree on one or join them."
            )


def _new_merchants(case: _Case) -> Iterator[str]:
    unseen, support = case.figures.unseen, case.figures.support
    if not unseen or not support or unseen < _MOSTLY * support:
        return
    accuracy = case.facts.number("val_accuracy_unseen")
    overall = f", where {to_percent(accuracy)} are right over all categories" if accuracy is not None else ""
    yield (
        f"{unseen} of its {support} held-out examples are at merchants without an earlier label{overall}: "
        "labels at more of its merchants help, or rules for them."
    )


def _named(pairs: list[ConfusedPair], end: str) -> str:
    return ", ".join(f"{getattr(pair, end)} ({pair.rows})" for pair in pairs[:_NAMED_PAIRS])


_RULES: tuple[Callable[[_Case], Iterator[str]], ...] = (
    _not_learned,
    _too_new,
    _missed,
    _answered_too_often,
    _both_ways,
    _new_merchants,
    _few_held_out,
)
