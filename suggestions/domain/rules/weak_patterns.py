"""Patterns that may be saved, and that hardly anybody means: what to warn of before."""

from typing import Final

from mlmodels.domain.figures import to_percent
from suggestions.domain.rules.merchants import is_weak_word
from suggestions.domain.rules.patterns import split_words

MAX_SHARE: Final = 0.2
"""Of the transactions; a rule that matches more is about no merchant and hardly about a kind of them."""
MIN_LOOKED_AT: Final = 100
"""Transactions, below which a share says little."""


def weaknesses_of(pattern: str, *, looked_at: int, matched: int) -> list[str]:
    """Return what is doubtful about a valid pattern, a sentence each; empty when nothing is."""
    said = [_weakness_of_words([word for word in split_words(pattern) if word.isalnum()], pattern)]
    if looked_at >= MIN_LOOKED_AT and matched > MAX_SHARE * looked_at:
        said.append(
            f"It matches {matched:,} of {looked_at:,} transactions, {to_percent(matched / looked_at, 0)}: "
            "more than any one kind of them should be. Add a word, an amount or a sign."
        )
    return [sentence for sentence in said if sentence]


def _weakness_of_words(words: list[str], pattern: str) -> str:
    if words and all(is_weak_word(word) for word in words):
        return (
            f'"{pattern}" stands in lines of very many merchants: add the merchant\'s name, '
            "or a word that says what was bought."
        )
    if words and all(word.isdigit() for word in words):
        return "A number alone changes from payment to payment: add a word."
    if len(words) == 1 and len(words[0]) == 1:
        return "A single letter stands in lines of very many merchants: add a word."
    return ""
