"""That no text makes the normaliser work for long.

Nothing here takes the time, which a busy machine makes long. Python's `re` counts no steps, and RE2, which
would need no such test, knows no look-behind. So the shape of the patterns is looked at: a repetition in a
repetition doubles the work with each character. What is left, to try every cut again, is bounded by the
length that is looked at; the limit of CPU time below only ends a process that would hang.
"""

import re
import resource
import subprocess
import sys
from collections.abc import Iterable, Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType

import pytest

from mlmodels.domain.text import folding, key, merchant, merchant_front, merchant_noise
from mlmodels.domain.text.key import normalise

REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
CPU_SECONDS = 10  # the texts together take less than a tenth of one
# Each round begins with a sign that is no digit, so there is one way to read a text.
HARMLESS = r"(?:[.:/,-]\d+)+"
FRONTS = ("", "card ", "upi/", "pos ")
PIECES = (
    *("a", "1", "#", "*", " ", ".", "1.", "a.com ", "pos ", "card ", "#1 ", "on 1 ", "upi/", "svwz+a"),
    *("/trtp/", "é", "ﷺ", "a ", "toronto on ", "+1(", "store # ", "1 eur", "ref ", "12:", " www."),
    *("&amp;", "card *-"),
)
HOSTILE = [
    *((front + piece * 500)[:497] + " 1!" for front in FRONTS for piece in PIECES),
    *(piece * 100_000 for piece in PIECES),
]
NORMALISE_ALL = (
    "from mlmodels.domain.text.key import normalise\n"
    "from tests.unit.mlmodels.test_text_work import HOSTILE\n"
    "for text in HOSTILE:\n"
    "    print(repr(text[:20]), flush=True)\n"
    "    normalise(text)\n"
    "print('done')"
)


def patterns_of(*modules: ModuleType) -> Iterator[object]:
    for module in modules:
        for name, value in vars(module).items():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, re.Pattern):
                    yield pytest.param(one, id=f"{module.__name__.rpartition('.')[2]}.{name}")


def nested_repeats(tree: Iterable[tuple[object, object]], *, is_repeated: bool = False) -> Iterator[object]:
    """Yield each repetition without a bound that stands in another one."""
    for kind, value in tree:
        is_endless = kind in REPEATS and value[1] is kinds.MAXREPEAT  # type: ignore[index]
        if is_endless and is_repeated:
            yield value
        for part in parts_of(value):
            yield from nested_repeats(part, is_repeated=is_repeated or is_endless)


def parts_of(value: object) -> Iterator[Iterable[tuple[object, object]]]:
    if isinstance(value, parser.SubPattern):
        yield value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from parts_of(one)


@pytest.mark.parametrize("pattern", [*patterns_of(folding, key, merchant, merchant_front, merchant_noise)])
def test_patterns__each__repeats_nothing_that_repeats_itself(pattern: re.Pattern[str]) -> None:
    tree = parser.parse(pattern.pattern.replace(HARMLESS, ""), pattern.flags)

    assert list(nested_repeats(tree)) == []


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        pytest.param(r"(?:a+)+", 1, id="in-a-group"),
        pytest.param(r"x(?=(b|(a*\s)+))", 1, id="in-a-branch-of-a-look-ahead"),
        pytest.param(r"(?:a+b?){2,}", 1, id="at-least-twice"),
        pytest.param(r"(?:a+){0,3}", 0, id="with-a-bound"),
        pytest.param(r"a+b+", 0, id="one-after-the-other"),
    ],
)
def test_nested_repeats__a_pattern__found(pattern: str, count: int) -> None:
    assert len(list(nested_repeats(parser.parse(pattern)))) == count


@pytest.mark.parametrize(
    ("spaces", "expected"), [pytest.param(495, "shell", id="in-it"), pytest.param(500, "", id="behind-it")]
)
def test_normalise__long_text__only_its_beginning_is_looked_at(spaces: int, expected: str) -> None:
    assert normalise(" " * spaces + "shell") == expected


def test_normalise__hostile_texts__end() -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))

    done = subprocess.run(
        [sys.executable, "-c", NORMALISE_ALL], preexec_fn=limit, capture_output=True, text=True, check=False
    )

    # Red: the last line is the beginning of the text over which the process was still working.
    assert done.stdout.splitlines()[-1] == "done", done.stderr
