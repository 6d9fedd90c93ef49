"""The home page: who is served by what, the evidence drawn, and text that is only text."""

import re

import pytest

from mlmodels.models import ModelVersion
from suggestions.models import Feedback, RolloutChange
from suggestions.ramp.holds import place_hold
from suggestions.rollout import roll_back, set_percentage
from tests.integration.admin.comparing import make_comparisons
from tests.integration.admin.console import Console
from tests.ramp_evidence import set_policy, stand_at
from tests.registry_rows import make_run, make_version

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
SHOWN_SCRIPT = "&lt;script&gt;alert(1)&lt;/script&gt;"
RIGHT_TO_LEFT = "متجر القهوة"


def home(console: Console) -> str:
    page: str = console.browser.get("/admin/").content.decode()
    return page


def test_home__nothing_happened_yet__says_what_to_do_and_gives_lines_to_paste(admin: Console) -> None:
    page = home(admin)

    assert "Everybody is served by the rules; there is no champion model yet." in page
    assert "<strong>Step 1 of 5: shadow</strong>" in page
    assert "Train a model" in page
    assert "curl -s http://testserver/ml/transactions" in page
    assert "Nobody has changed the canary yet" in page
    assert "Nothing has been trained yet" in page


@pytest.mark.parametrize(
    ("percentage", "days", "says"),
    [
        pytest.param(1_000, 1, "Step 2 of 5: 10 %</strong>", id="on a step"),
        pytest.param(1_000, 1.02, "48 hours left of 72 hours", id="dwell"),
        pytest.param(1_000, 4, "its 72 hours are over", id="dwell over"),
        pytest.param(1_700, 1, "Between step 2 and the next of 5: 17 %", id="between two"),
        pytest.param(10_000, 1, "the last step", id="top"),
    ],
)
def test_home__canary__says_on_which_step_and_how_long_still(
    analyst: Console, percentage: int, days: float, says: str
) -> None:
    stand_at(percentage, days=days)

    assert says in home(analyst)


def test_home__with_suggestions__draws_the_agreement_and_says_it_in_words(analyst: Console) -> None:
    stand_at(1_000)
    make_comparisons(95, 5, hours=30)

    page = home(analyst)

    assert 'aria-label="Agreement 95.0 %, surely between ' in page
    assert "The bands: below 75 % retrain, 75 to 85 % review, from 85 % on proceed." in page
    assert 'class="lm-gauge-needle"' in page
    assert "Still needed: about 200 more comparisons." in page
    assert 'data-type="line"' in page
    assert "The same as a table" in page


def test_home__verdicts__are_shown_by_source_with_their_interval(analyst: Console) -> None:
    stand_at(1_000)
    for event in make_comparisons(8, 2):
        Feedback.objects.create(event=event, verdict="accepted", category="Fuel")
    for event in make_comparisons(2, source="model"):
        Feedback.objects.create(event=event, verdict="corrected", category="Rent")

    page = home(analyst)

    assert "<span>Rules</span><b>100.0 % of 10, 72 to 100 %</b>" in page
    assert "<span>Model</span><b>0.0 % of 2, 0 to 66 %</b>" in page
    assert 'style="left: 72.2%; width: 27.8%"' in page


def test_home__slow_and_failing_calls__show_latency_availability_and_reasons(analyst: Console) -> None:
    stand_at(1_000)
    make_comparisons(8, latency_ms=250, fallback="not_in_canary")
    make_comparisons(2, state="model_error", latency_ms=60, fallback="timeout")

    page = home(analyst)

    assert "<span>p50</span><b>238 ms (over the budget)</b>" in page
    assert "<span>Availability</span><b>80.0 % of 10, 49 to 94 %</b>" in page
    assert "<li>The user is outside the canary<b>8</b></li>" in page
    assert "<li>The model missed its deadline<b>2</b></li>" in page


def test_home__guardrails__are_named_with_their_state(analyst: Console) -> None:
    set_policy(watches=False)
    stand_at(1_000)
    make_comparisons(20, state="model_error", fallback="timeout")

    page = home(analyst)

    assert "20 of the last 20 calls failed" in page
    assert page.count(">fired<") + page.count("fired\n") >= 1
    assert "quiet" in page


def test_home__counts__say_when_they_were_made(analyst: Console) -> None:
    stand_at(1_000)
    make_comparisons(1)

    page = home(analyst)

    assert re.search(r'Counted at <time datetime="[^"]+">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d</time>', page)


def test_home__models__are_named_with_challenger_candidate_and_last_training(analyst: Console) -> None:
    stand_at(1_000)
    challenger, candidate = make_version(status="challenger"), make_version()
    run = make_run(status="failed", failure_detail="too few examples")

    page = home(analyst)

    assert f"/admin/mlmodels/modelversion/{challenger.pk}/change/" in page
    assert f"{candidate}</a> waits to be promoted" in page
    assert f"/admin/mlmodels/trainingrun/{run.pk}/change/" in page
    assert "too few examples" in page


def test_home__older_candidate_than_the_champion__does_not_wait(analyst: Console) -> None:
    make_version()
    stand_at(1_000)

    assert "waits to be promoted" not in home(analyst)


def test_home__after_a_roll_back__says_how_to_go_up_again(admin: Console) -> None:
    stand_at(1_000)
    before = home(admin)

    roll_back(by=None, reason="complaints", origin=RolloutChange.Origin.ADMIN)

    after = home(admin)
    assert "To go up again" not in before
    assert "wait until every gate for 10 % is open, and let an admin raise it" in after
    assert "Already at 0 %" in after


def test_home__lowered_and_held__says_that_the_hold_is_lifted_first(admin: Console) -> None:
    stand_at(2_500)
    set_percentage(1_000, by=None, reason="odd", origin=RolloutChange.Origin.COMMAND)
    place_hold(by=None, reason="odd merchants", origin="command")

    assert "To go up again the normal way: lift the hold, then wait until every gate for 25 %" in home(admin)


@pytest.mark.parametrize("role", ["analyst", "operator", "admin"])
def test_home__form__is_there_for_those_who_may_change(console_of: object, role: str) -> None:
    console = console_of(role)  # type: ignore[operator]
    stand_at(1_000)

    page = home(console)

    assert ('action="/admin/suggestions/rollout/" id="rollout_form"' in page) == (role != "analyst")
    assert ("Roll back to rules" in page) == (role != "analyst")
    assert 'name="blind"' not in page  # on the Rollout page, where it is explained


def test_home__hostile_words__are_text(admin: Console) -> None:
    stand_at(1_000)
    RolloutChange.objects.update(reason=SCRIPT)
    place_hold(by=None, reason=f"{RIGHT_TO_LEFT} {SCRIPT}", origin="command")
    for source in ("rule", "model"):
        for event in make_comparisons(30, source=source, served_category=SCRIPT):
            Feedback.objects.create(event=event, verdict="accepted", category="Fuel")
    ModelVersion.objects.update(labels=[SCRIPT])

    page = home(admin)

    assert SCRIPT not in page
    assert f"of 1 the worst is {SHOWN_SCRIPT}" in page
    assert page.count(SHOWN_SCRIPT) >= 4  # the change, the hold twice, the category
    assert f'dir="auto"><strong>Held:</strong> {RIGHT_TO_LEFT}' in page
    assert f'id="recommended-title" dir="auto">Lift the hold or leave it: {RIGHT_TO_LEFT}' in page
