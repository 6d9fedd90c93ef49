import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

import pytest

from audit.domain.chain import (
    GENESIS,
    Fault,
    Head,
    InvalidEntry,
    StoredEntry,
    chain_hash,
    to_canonical,
    to_text,
    verify,
)

Log = list[StoredEntry]


def make_log(count: int = 5) -> Log:
    log: Log = []
    for sequence in range(1, count + 1):
        columns = {"sequence": sequence, "reason": f"reason {sequence}"}
        log.append(sealed(columns, log[-1].hash if log else GENESIS))
    return log


def sealed(columns: dict[str, object], previous_hash: str) -> StoredEntry:
    content = to_canonical(columns | {"after": {"percentage": 2.5}})
    sequence = int(str(columns["sequence"]))
    return StoredEntry(sequence, content, columns, previous_hash, chain_hash(previous_hash, content))


def head_of(log: Log) -> Head:
    return Head(log[-1].sequence, log[-1].hash)


def test_canonical__keys_spaces_and_letters__are_always_written_alike() -> None:
    text = to_canonical({"b": [1, 2.5, None, True], "a": {"ü": "€", "d": 1}})

    assert text == r'{"a":{"d":1,"\u00fc":"\u20ac"},"b":[1,2.5,null,true]}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_canonical__number_that_is_not_finite__is_refused(number: float) -> None:
    with pytest.raises(InvalidEntry, match="not finite"):
        to_canonical({"evidence": {"bound": number}})


@pytest.mark.parametrize("value", [Decimal(1), {1, 2}, b"bytes", datetime(2026, 1, 1, tzinfo=UTC)])
def test_canonical__value_that_is_no_json__is_refused(value: object) -> None:
    with pytest.raises(InvalidEntry, match="texts, numbers"):
        to_canonical({"after": value})


def test_to_text__any_zone_and_no_microseconds__utc_with_six_digits() -> None:
    moment = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    assert to_text(moment) == "2026-03-01T10:00:00.000000+00:00"


def test_chain_hash__golden_value__is_that_of_sha256_over_both() -> None:
    assert chain_hash(GENESIS, "{}") == sha256(b"0" * 64 + b"{}").hexdigest()
    assert chain_hash(GENESIS, "{}") == "5508d2b710e64bc470079e1b211d9c58e21011e59d0559e422345dc19d659a75"


def test_make_log__each_entry__names_the_hash_before() -> None:
    assert all(after.previous_hash == before.hash for before, after in pairwise(make_log()))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_verify__untouched_log__nothing(count: int) -> None:
    log = make_log(count)

    assert verify(iter(log), head_of(log)) is None


def test_verify__empty_log__nothing() -> None:
    assert verify([], Head(0, GENESIS)) is None


def edit_content(log: Log) -> None:
    log[2] = replace(log[2], content=log[2].content.replace("2.5", "3.5"))


def edit_column(log: Log) -> None:
    log[2] = replace(log[2], columns=log[2].columns | {"reason": "a better one"})


def edit_and_hash_anew(log: Log) -> None:
    log[2] = sealed({"sequence": 3, "reason": "forged"}, log[2].previous_hash)


def edit_to_nonsense(log: Log) -> None:
    content = "no JSON"
    log[2] = replace(log[2], content=content, hash=chain_hash(log[2].previous_hash, content))


def rewrite_from_the_third_on(log: Log) -> None:
    for place in (2, 3, 4):
        log[place] = sealed({"sequence": place + 1, "reason": "forged"}, log[place - 1].hash)


def swap(log: Log) -> None:
    log[2], log[3] = numbered(log[3], 3), numbered(log[2], 4)


def numbered(entry: StoredEntry, sequence: int) -> StoredEntry:
    return replace(entry, sequence=sequence, columns=entry.columns | {"sequence": sequence})


def add_before_the_first(log: Log) -> None:
    log.insert(0, sealed({"sequence": 0, "reason": "forged"}, GENESIS))


def repeat(log: Log) -> None:
    log.insert(3, log[2])


@pytest.mark.parametrize(
    ("tamper", "sequence", "fault"),
    [
        pytest.param(edit_content, 3, Fault.EDITED, id="content edited"),
        pytest.param(edit_column, 3, Fault.EDITED, id="column edited"),
        pytest.param(edit_and_hash_anew, 4, Fault.ORDER, id="edited and hashed anew"),
        pytest.param(edit_to_nonsense, 3, Fault.EDITED, id="content is no JSON"),
        pytest.param(rewrite_from_the_third_on, 5, Fault.EDITED, id="end rewritten, the head knows better"),
        pytest.param(swap, 3, Fault.EDITED, id="two swapped"),
        pytest.param(add_before_the_first, 0, Fault.ORDER, id="one before the first"),
        pytest.param(repeat, 3, Fault.ORDER, id="one twice"),
        pytest.param(lambda log: log.pop(0), 1, Fault.MISSING, id="first missing"),
        pytest.param(lambda log: log.pop(2), 3, Fault.MISSING, id="one missing"),
        pytest.param(lambda log: log.pop(), 5, Fault.CUT_OFF, id="last cut off"),
        pytest.param(lambda log: log.clear(), 1, Fault.CUT_OFF, id="all gone"),
        pytest.param(
            lambda log: log.append(sealed({"sequence": 6, "reason": "forged"}, log[-1].hash)),
            6,
            Fault.ADDED,
            id="added past the head",
        ),
    ],
)
def test_verify__tampered_log__names_the_first_bad_entry(
    tamper: Callable[[Log], object], sequence: int, fault: Fault
) -> None:
    log = make_log()
    head = head_of(log)
    tamper(log)

    problem = verify(log, head)

    assert problem is not None
    assert (problem.sequence, problem.fault) == (sequence, fault)


def test_verify__no_head__is_a_problem_even_of_an_empty_log() -> None:
    for log in (make_log(), []):
        problem = verify(log, None)

        assert problem is not None
        assert problem.fault == Fault.NO_HEAD


def test_verify__several_missing__names_all_of_them() -> None:
    log = make_log(9)
    head = head_of(log)

    problem = verify(log[:2] + log[6:], head)

    assert problem is not None
    assert problem.detail == "entries 3 to 6 are missing"
