"""Find words and RE2 patterns in a description, bound to word boundaries."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import re2

from suggestions.domain.rules.merchants import object_to_merchant

MAX_PATTERN: Final = 200
"""Longest pattern, in characters."""
MAX_PROGRAM: Final = 2_000
"""Largest compiled RE2 program, in instructions: bounds the time of a search off RE2's fast path."""
MAX_TEXT: Final = 500
"""Characters of a description that are looked at: the width of its column."""

# A word is a run of letters and digits, with the apostrophes in it and after it; any other character that is
# no space is a token of its own. An underscore parts words: bank strings use it so.
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]*)*|[^\w\s'’]|_")
_WORD = re.compile(r"[^\W_]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

# RE2's \b knows ASCII alone, so that "caf" would end at a boundary in "café". These are the characters that
# part words: every ASCII character but letters and digits, and the blocks of spaces, punctuation and symbols.
_GAP = (
    r"[\x00-/:-@\[-`{-\x{A9}\x{AB}-\x{B1}\x{B4}\x{B6}-\x{B8}\x{BB}\x{BF}\x{D7}\x{F7}"
    r"\x{2000}-\x{2BFF}\x{3000}-\x{3004}\x{3008}-\x{3020}\x{3030}]"
)
_PROBES = ("", "a", "1", " ", "a a", "a.b", ". .", "x1-")
_SET_SIZE = 50


class InvalidPattern(ValueError):
    """A pattern that no rule may have; the message says what to do."""


def check_pattern(kind: str, pattern: str) -> None:
    """Refuse a pattern that cannot work as a rule of this kind.

    Raises:
        InvalidPattern: with a sentence for the person who typed it.
    """
    if not pattern.strip():
        raise InvalidPattern("The pattern is empty: write the words to look for.")
    if len(pattern) > MAX_PATTERN:
        raise InvalidPattern(f"The pattern has {len(pattern)} characters; shorten it to {MAX_PATTERN}.")
    if _CONTROL.search(pattern):
        raise InvalidPattern("The pattern contains a control character: remove tabs and line breaks.")
    check = _CHECKS.get(kind)
    if check is None:
        raise InvalidPattern(f'"{kind}" is no kind of pattern: choose "literal", "merchant" or "re2".')
    check(pattern)


def split_words(text: str) -> list[str]:
    """Split a text into comparable words and symbols: case, accents, width and apostrophes do not count."""
    if text.isascii():
        tokens = _TOKEN.findall(text.lower())
        return [token.replace("'", "") for token in tokens] if "'" in text else tokens
    return [_fold(token) for token in _TOKEN.findall(unicodedata.normalize("NFC", text))]


def cut_words(text: str, first: int, last: int) -> str:
    """Return the part of the text from one of its words and symbols to another, as it is written there."""
    text = unicodedata.normalize("NFC", text)
    spans = [match.span() for match in _TOKEN.finditer(text)]
    return text[spans[first][0] : spans[last][1]]


class WordIndex:
    """Many literals, found together in one pass over the words of a text."""

    def __init__(self, literals: Iterable[tuple[int, str]]) -> None:
        self._root: _Node = _Node()
        for number, literal in literals:
            node = self._root
            for word in split_words(literal):
                node = node.next.setdefault(word, _Node())
            node.numbers.append(number)

    def find(self, words: Sequence[str]) -> dict[int, tuple[int, int]]:
        """Return the number of each literal found, with the positions of its first and last word."""
        found: dict[int, tuple[int, int]] = {}
        roots = self._root.next
        for start, word in enumerate(words):
            node = roots.get(word)
            end = start
            while node is not None:
                for number in node.numbers:
                    found.setdefault(number, (start, end))
                end += 1
                node = node.next.get(words[end]) if end < len(words) else None
        return found


class PatternSet:
    """Many RE2 patterns, found together."""

    def __init__(self, patterns: Sequence[tuple[int, str]]) -> None:
        self._singles = {number: re2.compile(_bind(pattern), _options()) for number, pattern in patterns}
        self._chunks: list[tuple[re2.Set, list[int]]] = []
        for at in range(0, len(patterns), _SET_SIZE):
            chunk = patterns[at : at + _SET_SIZE]
            self._chunks.append((_to_set([pattern for _, pattern in chunk]), [number for number, _ in chunk]))

    def find(self, text: str) -> list[int]:
        """Return the numbers of the patterns found in the text."""
        found: list[int] = []
        for chunk, numbers in self._chunks:
            hits = chunk.Match(text)
            if hits:
                found += [numbers[hit - 1] for hit in hits if hit]
            else:
                # Not even the empty pattern: the set ran out of memory, which RE2 reports as "no match".
                found += [number for number in numbers if self._singles[number].search(text)]
        return found

    def cut(self, number: int, text: str) -> str:
        """Return what the pattern matched first in the text; empty when it does not match."""
        match = self._singles[number].search(text)
        return str(match.group(1)) if match else ""


def to_searchable(text: str) -> str:
    """Return the text as RE2 patterns see it: composed, and without halves of characters."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")


class _Node:
    __slots__ = ("next", "numbers")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.numbers: list[int] = []


def _fold(token: str) -> str:
    decomposed = unicodedata.normalize("NFKD", token.casefold())
    letters = "".join(c for c in decomposed if c not in "'’" and not unicodedata.combining(c))
    return letters.casefold() or token


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


def _bind(pattern: str) -> str:
    return f"(?:^|{_GAP})({to_searchable(pattern)})(?:$|{_GAP})"


def _to_set(patterns: list[str]) -> re2.Set:
    chunk = re2.Set.SearchSet(_options())
    chunk.Add("")
    for pattern in patterns:
        chunk.Add(_bind(pattern))
    chunk.Compile()
    return chunk


def _check_literal(pattern: str) -> None:
    if not _WORD.search(pattern):
        raise InvalidPattern("The pattern has no letter and no digit: add a word to look for.")


def _check_merchant(pattern: str) -> None:
    objection = object_to_merchant(pattern)
    if objection:
        raise InvalidPattern(objection)


def _check_re2(pattern: str) -> None:
    if r"\Q" in pattern.replace(r"\\", ""):
        raise InvalidPattern(
            r"\Q…\E is not supported: put a backslash before each special character instead."
        )
    try:
        program = re2.compile(to_searchable(pattern), _options())
        size = re2.compile(_bind(pattern), _options()).programsize
    except re2.error as error:
        raise InvalidPattern(_explain(error)) from None
    if size > MAX_PROGRAM:
        raise InvalidPattern("The pattern is too large once compiled: use smaller repetition counts.")
    if any(match.start() == match.end() for text in _PROBES if (match := program.search(text))):
        raise InvalidPattern("The pattern also matches nothing at all: demand at least one character.")


def _explain(error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    said = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)
    if "perl operator" in said or "invalid escape sequence" in said:
        advice = "look-around and back-references do not exist in RE2: rewrite without them"
    elif "too large" in said or "repetition size" in said:
        advice = "use smaller repetition counts"
    else:
        advice = "correct it, or choose words instead of a pattern"
    return f"RE2 refuses the pattern ({said}): {advice}."


_CHECKS: Final[dict[str, Callable[[str], None]]] = {
    "literal": _check_literal,
    "merchant": _check_merchant,
    "re2": _check_re2,
}
