"""Find which merchant a description names, as a whole."""

from collections.abc import Iterable
from typing import Final

from mlmodels.domain.text.key import normalise

# Alone or together they name no merchant: lines of very many merchants come down to them.
_WEAK_WORDS: Final = frozenset(
    """
    account atm bank bill business cafe card cash center centre charge check cheque city company
    contactless credit debit deposit direct etransfer fee fees food foods group inc interest
    international limited ltd market mastercard merchant mobile of online order payment payments
    paypal payroll pos purchase ref reference refund restaurant salary sale sales service services
    shop standing store stores supermarket the transaction transfer visa web withdrawal zelle
    """.split()  # noqa: SIM905 (one word a line is what the formatter makes of a list)
)

# Weak as a name, but good words to look for: they say what was bought.
_TELLING_WORDS: Final = frozenset(
    ["atm", "cafe", "fee", "fees", "interest", "payroll", "restaurant", "salary", "supermarket"]
)


class MerchantIndex:
    """Many merchants, found together by one look at the key of a description."""

    def __init__(self, merchants: Iterable[tuple[int, str]]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for number, merchant in merchants:
            self._numbers.setdefault(normalise(merchant), []).append(number)

    def find(self, description: str, *, key: str = "") -> dict[int, str]:
        """Return the number of each merchant found, with the key they share; a known key saves making it."""
        if not self._numbers:
            return {}
        key = key or normalise(description)
        return dict.fromkeys(self._numbers.get(key, ()), key)


def object_to_merchant(pattern: str) -> str:
    """Return why a pattern names no merchant, for the person who typed it; empty when it names one."""
    key = normalise(pattern)
    if not any(character.isalpha() for character in key):
        return "The pattern names no merchant: write the name as it stands in a description."
    if all(word in _WEAK_WORDS for word in key.split()):
        return (
            f'The pattern comes down to "{key}", which names no single merchant: add its name, '
            "or choose words instead of a merchant."
        )
    return ""


def is_weak_word(word: str) -> bool:
    """Tell whether a lower-case word stands in lines of very many merchants and says nothing of them."""
    return word in _WEAK_WORDS and word not in _TELLING_WORDS
