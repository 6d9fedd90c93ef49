"""The one thing to do next, on the page: the button for those who may, and who may for the others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from mlmodels import services
from mlmodels.domain.features import FEATURE_VERSION
from suggestions.models import RolloutChange, RolloutPolicy, RolloutProposal
from suggestions.ramp.holds import place_hold
from suggestions.rollout import read_rollout
from tests.integration.admin.comparing import make_comparisons
from tests.integration.admin.console import ROLLOUT, Console
from tests.ramp_evidence import set_policy, stand_at
from tests.registry_rows import make_champion, make_run, make_version

pytestmark = pytest.mark.django_db

RUNS = "/admin/mlmodels/trainingrun/"
DISAGREEMENTS = "/admin/suggestions/suggestionevent/disagreements/"


def in_shadow_for_a_month() -> None:
    make_champion()
    RolloutPolicy.objects.update_or_create(pk=1)
    RolloutPolicy.objects.update(began_at=Now() - timedelta(days=30))


def nothing_trained() -> None:
    pass


def in_training() -> None:
    make_run(status="running")


def silent_training() -> None:
    make_run(status="running", lease_until=Now() - timedelta(minutes=5))


def candidate_waits() -> None:
    make_version()


def candidates_of_another_release_wait() -> None:
    make_version(feature_version=FEATURE_VERSION - 1)
    make_version(artifact=b"", size_bytes=0)


def held() -> None:
    stand_at(1_000)
    place_hold(by=None, reason="odd merchants", origin="command")


def fired_unwatched() -> None:
    set_policy(watches=False)
    stand_at(1_000)
    make_comparisons(20, state="model_error", fallback="timeout")


def below_75() -> None:
    in_shadow_for_a_month()
    make_comparisons(200, 300)


def between_75_and_85() -> None:
    in_shadow_for_a_month()
    make_comparisons(400, 100)


def few() -> None:
    in_shadow_for_a_month()
    make_comparisons(95, 5)


def all_green() -> None:
    in_shadow_for_a_month()
    make_comparisons(600, hours=54)


def too_early() -> None:
    make_champion()
    make_comparisons(600, hours=54)


def at_the_top() -> None:
    stand_at(10_000)


def proposed() -> None:
    stand_at(1_000)
    champion = services.champion_ref()
    assert champion is not None
    RolloutProposal.objects.create(
        from_percentage=1_000,
        to_percentage=2_500,
        rollout_version=read_rollout().version,
        champion_id=champion.id,
        proposer="alice",
        is_override=True,
    )


def section(console: Console) -> str:
    page = console.browser.get("/admin/").content.decode()
    part: str = page.split('id="recommended"', 1)[1].split("</section>", 1)[0]
    return part


@pytest.mark.parametrize(
    ("situation", "title", "link"),
    [
        pytest.param(nothing_trained, "Train a model", RUNS, id="train"),
        pytest.param(in_training, "Wait for the training", f"{ROLLOUT}#next-step", id="in training"),
        pytest.param(silent_training, "The worker of the training went silent", RUNS, id="silent"),
        pytest.param(
            candidate_waits, "Promote a candidate: v", "/admin/mlmodels/modelversion/", id="promote"
        ),
        pytest.param(candidates_of_another_release_wait, "Train a model", RUNS, id="no usable candidate"),
        pytest.param(held, "Lift the hold or leave it: odd merchants", f"{ROLLOUT}#waiting", id="hold"),
        pytest.param(fired_unwatched, "Roll back: the guardrail", f"{ROLLOUT}roll-back/", id="roll back"),
        pytest.param(below_75, "Retrain: agreement is below 75 %", RUNS, id="retrain"),
        pytest.param(between_75_and_85, "Review disagreements", DISAGREEMENTS, id="review"),
        pytest.param(few, "Collect: about 200 more comparisons", f"{ROLLOUT}#next-step", id="collect"),
        pytest.param(all_green, "Raise to 10 %", f"{ROLLOUT}#rollout_form", id="raise"),
        pytest.param(too_early, "Stand on 0 % until", f"{ROLLOUT}#next-step", id="stand"),
        pytest.param(
            proposed, "Approve the waiting proposal of alice: 10 % → 25 %", f"{ROLLOUT}#waiting", id="approve"
        ),
    ],
)
def test_home__situation__recommends_one_thing_and_leads_there(
    admin: Console, situation: Callable[[], None], title: str, link: str
) -> None:
    situation()

    part = section(admin)

    assert title in part
    assert f'href="{link}' in part
    assert part.count("<li ") >= 1


def test_home__newest_candidate_cannot_be_promoted__names_the_one_before(admin: Console) -> None:
    usable = make_version()
    make_version(feature_version=FEATURE_VERSION - 1)

    assert f"v{usable.pk}" in section(admin)


@pytest.mark.parametrize(
    ("situation", "role", "who"),
    [
        pytest.param(nothing_trained, "analyst", "An operator or an admin may do that.", id="train"),
        pytest.param(candidate_waits, "operator", "An admin may do that.", id="promote"),
        pytest.param(held, "operator", "An admin may do that.", id="hold"),
        pytest.param(fired_unwatched, "analyst", "An operator or an admin may do that.", id="roll back"),
        pytest.param(all_green, "operator", "An admin may do that.", id="raise"),
    ],
)
def test_home__reader_who_may_not__is_told_who_may(
    console_of: Callable[[str], Console], situation: Callable[[], None], role: str, who: str
) -> None:
    situation()

    part = section(console_of(role))

    assert who in part
    assert "href=" not in part


def test_home__own_proposal_that_is_outdated__is_the_proposers_to_close(admin: Console) -> None:
    proposed()
    RolloutProposal.objects.update(proposed_by=admin.user, proposer=admin.user.username, rollout_version=0)

    part = section(admin)

    assert "Reject the outdated proposal of the admin" in part
    assert f"{ROLLOUT}#waiting" in part


def test_home__own_proposal__waits_for_somebody_else(admin: Console) -> None:
    proposed()
    RolloutProposal.objects.update(proposed_by=admin.user)

    part = section(admin)

    assert "Another admin decides: nobody approves their own." in part
    assert "href=" not in part


def test_home__at_the_top__has_nothing_to_press(admin: Console) -> None:
    at_the_top()

    part = section(admin)

    assert "Nothing: everybody is served by the model" in part
    assert "href=" not in part


def test_home__recommended_raise__is_one_that_the_gates_let_through(admin: Console) -> None:
    all_green()
    assert "Raise to 10 %" in section(admin)

    admin.browser.post(ROLLOUT, {"percentage": "10", "reason": "as recommended", "version": "0"})

    change = RolloutChange.objects.get()
    assert (change.to_percentage, change.is_overridden) == (1_000, False)
