"""What home and the Rollout page cost: a fixed number of queries, and no counting in a busy hour."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions.evidence.rollups import fold_events
from suggestions.models import EvidenceFold, EvidenceHour, RolloutChange
from suggestions.ramp.holds import place_hold
from suggestions.rollout import read_rollout, set_percentage
from tests.integration.admin.comparing import make_comparisons
from tests.integration.admin.console import ROLLOUT, Console
from tests.ramp_evidence import stand_at
from tests.registry_rows import make_version

pytestmark = pytest.mark.django_db

READER = ["django_session", "auth_user", "auth_permission", "auth_permission"]
GROUND = [
    "suggestions_rollout",
    "suggestions_rolloutchange",  # the last move: since when the canary stands here
    "suggestions_rollouthold",
    "suggestions_rolloutpolicy",  # with the database's time
    "mlmodels_modelversion",  # champion, challenger, newest candidate
]
EVIDENCE = [
    "suggestions_suggestionevent",  # the newest id, with how far was counted
    "suggestions_evidenceday",
    "suggestions_evidencehour",  # of the days that are not summed
    "suggestions_evidencecount",  # by category
    "suggestions_evidencehour",  # the agreement hour by hour
    "suggestions_suggestionevent",  # the last calls
]
HOME = [
    *READER,
    *GROUND,
    *EVIDENCE,
    "suggestions_rolloutchange",  # the last changes
    "mlmodels_trainingrun",
    "suggestions_rolloutproposal",
    "suggestions_transaction",  # the users
]
PAGE = [
    *READER,
    *GROUND,
    *EVIDENCE,
    "suggestions_rolloutchange",
    "suggestions_transaction",
    "suggestions_challengeranswer",  # where the newest of them begin
    "suggestions_suggestionevent",  # the comparison
    "suggestions_rolloutproposal",
]


def table_of(sql: str) -> str:
    """Return the first table a query reads from, within it or below it."""
    words = sql.replace("(", " ( ").split()
    return next(
        words[at + 1].strip('"')
        for at, word in enumerate(words[:-1])
        if word == "FROM" and words[at + 1] != "("
    )


def a_few_rows() -> None:
    make_comparisons(3)


def many_rows() -> None:
    for number in range(30):
        place_hold(by=None, reason=f"hold {number}", origin="command")
        make_version()
        set_percentage(
            1_000 + number, by=None, reason=f"change {number}", origin=RolloutChange.Origin.COMMAND
        )
    make_comparisons(500, 100, hours=30)


@pytest.mark.parametrize("rows", [a_few_rows, many_rows])
@pytest.mark.parametrize(("address", "tables"), [("/admin/", HOME), (ROLLOUT, PAGE)])
def test_page__any_number_of_rows__takes_exactly_the_named_queries(
    admin: Console, rows: Callable[[], None], address: str, tables: list[str]
) -> None:
    stand_at(1_000)
    make_version(status="challenger")
    rows()
    fold_events()

    with CaptureQueriesContext(connection) as captured:
        page = admin.browser.get(address)

    assert page.status_code == 200
    assert [table_of(query["sql"]) for query in captured] == tables


@pytest.mark.parametrize("address", ["/admin/", ROLLOUT])
def test_page__busy_hour__is_left_to_beat_and_says_when_it_was_counted(admin: Console, address: str) -> None:
    stand_at(1_000)
    make_comparisons(5)
    fold_events()
    EvidenceFold.objects.update(suggestions=50_000)
    make_comparisons(7)

    page = admin.browser.get(address).content.decode()

    assert EvidenceHour.objects.get().suggestions == 5
    assert "5 comparisons since the champion was first asked" in page
    assert "Counted at <time" in page


@pytest.mark.parametrize("address", ["/admin/", ROLLOUT])
def test_page__busy_hour_with_a_burst_of_errors__lowers_at_once_all_the_same(
    admin: Console, address: str
) -> None:
    stand_at(1_000)
    make_comparisons(5)
    fold_events()
    EvidenceFold.objects.update(suggestions=50_000)
    make_comparisons(50, state="model_error", fallback="timeout")

    page = admin.browser.get(address).content.decode()

    assert read_rollout().percentage == 0
    assert "Everybody is served by the rules" in page
    assert "50 of the last 50 calls failed" in page


@pytest.mark.parametrize("address", ["/admin/", ROLLOUT])
def test_page__nobody_has_counted_for_minutes__counts(admin: Console, address: str) -> None:
    stand_at(1_000)
    make_comparisons(5)
    fold_events()
    EvidenceFold.objects.update(suggestions=50_000)
    make_comparisons(7)
    EvidenceFold.objects.update(counted_at=None)

    page = admin.browser.get(address).content.decode()

    assert "12 comparisons since the champion was first asked" in page
