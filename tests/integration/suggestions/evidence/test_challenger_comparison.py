"""A challenger beside champion and rules, on what all three were asked about."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mlmodels.models import ModelVersion
from suggestions.evidence.challenger_comparison import ThreeWay, compare_challenger
from suggestions.models import Client, SuggestionEvent, Transaction
from tests.builders import make_challenger_answer, make_event, make_transaction
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def champion(db: None) -> ModelVersion:
    return make_champion()


@pytest.fixture
def challenger(db: None) -> ModelVersion:
    return make_version(status="challenger")


def test_compare__category_that_staff_set__proves_nothing(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    answer(alice, champion, challenger)
    Transaction.objects.update(feedback_category="Fuel", feedback_source="staff")

    [row] = compare_challenger(challenger.pk)

    assert (row.asked, row.known) == (1, 0)


def answer(
    client: Client,
    champion: ModelVersion | None,
    challenger: ModelVersion,
    *,
    said: tuple[str, str, str] = ("Fuel", "Fuel", "Fuel"),
    **of_answer: Any,
) -> SuggestionEvent:
    """Make an event with what rules, champion and challenger said."""
    rules, champions, challengers = said
    event = make_event(
        make_transaction(client),
        rule_category=rules,
        model_category=champions,
        model_version=champion,
        state="agree",
    )
    make_challenger_answer(event, version=challenger, category=challengers, **of_answer)
    return event


def learn(event: SuggestionEvent, **columns: Any) -> None:
    Transaction.objects.filter(pk=event.transaction_id).update(**columns)


def one_row(challenger: ModelVersion) -> ThreeWay:
    (row,) = compare_challenger(challenger.pk)
    return row


def test_compare__what_the_three_said__is_counted(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    answer(alice, champion, challenger, said=("Fuel", "Fuel", "Fuel"))
    answer(alice, champion, challenger, said=("Fuel", "Groceries", "Groceries"))
    answer(alice, champion, challenger, said=("", "Groceries", "Fuel"))
    answer(alice, champion, challenger, said=("Fuel", "", "Fuel"))
    answer(alice, champion, challenger, said=("Fuel", "Fuel", ""), failure="low_confidence")
    answer(alice, champion, challenger, said=("Fuel", "Fuel", ""), failure="nonfinite")

    row = one_row(challenger)

    assert row.champion_id == champion.pk
    assert (row.asked, row.answered, row.failed) == (6, 4, 1)
    assert (row.with_champion.compared, row.with_champion.agreed) == (3, 2)
    assert (row.with_rules.compared, row.with_rules.agreed) == (3, 2)
    assert row.known == 0


@pytest.mark.parametrize(
    ("champions", "challengers", "expected"),
    [
        pytest.param("Fuel", "Fuel", "both_right", id="both"),
        pytest.param("Fuel", "Groceries", "only_champion", id="only the champion"),
        pytest.param("Fuel", "", "only_champion", id="the challenger is silent"),
        pytest.param("Groceries", "Fuel", "only_challenger", id="only the challenger"),
        pytest.param("", "Fuel", "only_challenger", id="the champion is silent"),
        pytest.param("Groceries", "Groceries", "neither", id="both wrong alike"),
        pytest.param("", "", "neither", id="both silent"),
    ],
)
def test_compare__true_category__says_who_was_right(
    alice: Client,
    champion: ModelVersion,
    challenger: ModelVersion,
    champions: str,
    challengers: str,
    expected: str,
) -> None:
    learn(answer(alice, champion, challenger, said=("", champions, challengers)), feedback_category="Fuel")

    row = one_row(challenger)

    names = ("both_right", "only_champion", "only_challenger", "neither")
    assert {name: getattr(row, name) for name in names} == dict.fromkeys(names, 0) | {expected: 1}


@pytest.mark.parametrize(
    ("event", "of_answer", "columns", "known"),
    [
        pytest.param({}, {}, {"feedback_category": "Fuel"}, 1, id="the user's word"),
        pytest.param({}, {}, {"category": "Fuel"}, 1, id="the client's"),
        pytest.param({}, {}, {}, 0, id="none"),
        pytest.param({"is_label_known": True}, {}, {"category": "Fuel"}, 0, id="known before"),
        pytest.param({"state": "model_error"}, {}, {"category": "Fuel"}, 0, id="the champion failed"),
        pytest.param({}, {"failure": "checksum"}, {"category": "Fuel"}, 0, id="the challenger failed"),
        pytest.param(
            {}, {"failure": "low_confidence"}, {"category": "Fuel"}, 1, id="the challenger is silent"
        ),
    ],
)
def test_compare__category_known_later__counts_where_neither_failed(
    alice: Client,
    champion: ModelVersion,
    challenger: ModelVersion,
    event: dict[str, Any],
    of_answer: dict[str, str],
    columns: dict[str, str],
    known: int,
) -> None:
    made = answer(alice, champion, challenger, **of_answer)
    SuggestionEvent.objects.filter(pk=made.pk).update(**event)
    learn(made, **columns)

    assert (one_row(challenger).known, one_row(challenger).both_right) == (known, known)


def test_compare__user_and_client_differ__the_user_is_right(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    event = answer(alice, champion, challenger, said=("", "Groceries", "Fuel"))
    learn(event, category="Groceries")
    learn(event, feedback_category="Fuel")

    assert one_row(challenger).only_challenger == 1


def test_compare__several_champions__one_row_each_and_only_of_this_challenger(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    later, other = make_version(), make_version()
    for beside in (champion, later, later, None):
        answer(alice, beside, challenger)
    answer(alice, champion, other)

    rows = compare_challenger(challenger.pk)

    assert [(row.champion_id, row.asked) for row in rows] == [(later.pk, 2), (champion.pk, 1), (None, 1)]


def test_compare__many_answers__only_the_newest_in_two_queries(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    for said in ("Fuel", "Groceries", "Groceries"):
        answer(alice, champion, challenger, said=("", "Fuel", said))

    with CaptureQueriesContext(connection) as queries:
        (row,) = compare_challenger(challenger.pk, newest=2)

    assert (row.asked, row.with_champion.agreed) == (2, 0)
    assert len(queries) == 2  # where the newest begin, and all counts


def test_compare__newest_answers__are_found_by_their_index(alice: Client, challenger: ModelVersion) -> None:
    with CaptureQueriesContext(connection) as queries:
        compare_challenger(challenger.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + queries[0]["sql"])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "challenger_answer_newest" in plan


def show(*arguments: str) -> str:
    out = StringIO()
    call_command("challenger", "show", *arguments, stdout=out)
    return out.getvalue()


def test_command__challenger__shows_the_comparison(
    alice: Client, champion: ModelVersion, challenger: ModelVersion
) -> None:
    learn(
        answer(alice, champion, challenger, said=("Fuel", "Groceries", "Fuel")),
        feedback_category="Fuel",
    )

    shown = show()

    assert f"Challenger v{challenger.pk}" in shown
    assert f"beside champion v{champion.pk}: asked 1, answered 1, failed 0" in shown
    assert "agrees with the champion: 0.0 % of 1" in shown
    assert "agrees with the rules: 100.0 % of 1" in shown
    assert "known of 1: both right 0, only the champion 0, only the challenger 1, neither 0" in shown


def test_command__nobody_asked_or_nobody_there__says_what_to_do(challenger: ModelVersion) -> None:
    unasked = show()
    ModelVersion.objects.update(status="candidate")

    assert "It has not been asked yet" in unasked
    assert "`manage.py models challenge VERSION` makes one" in show()


def test_command__no_answers_wanted__is_refused(challenger: ModelVersion) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        show("--newest", "0")
