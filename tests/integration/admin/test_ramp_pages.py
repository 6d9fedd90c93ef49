"""The ramp in the admin: gates beside the form, proposals, holds and the policy, all without scripts."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from suggestions.domain.ramp.policy import Policy
from suggestions.models import RolloutChange, RolloutHold, RolloutPolicy, RolloutProposal
from suggestions.ramp.canary import propose_canary
from suggestions.ramp.holds import place_hold
from suggestions.ramp.policy import read_policy
from suggestions.rollout import read_rollout, set_percentage
from tests.integration.admin.console import ROLLOUT, Console
from tests.ramp_evidence import GREEN, set_policy, stand_at

pytestmark = pytest.mark.django_db

PROPOSALS = "/admin/suggestions/rolloutproposal/"
HOLDS = "/admin/suggestions/rollouthold/"
POLICY = "/admin/suggestions/rolloutpolicy/"
WHY = "a trial on a test system"


def save(console: Console, percentage: str, **fields: str) -> str:
    values = {"percentage": percentage, "reason": WHY, "version": str(read_rollout().version)}
    page: str = console.browser.post(ROLLOUT, values | fields, follow=True).content.decode()
    return page


def act(console: Console, address: str, reason: str = "looked at it") -> str:
    page: str = console.browser.post(address, {"reason": reason}, follow=True).content.decode()
    return page


def propose_as(user: User | None, to: int = 2_500) -> RolloutProposal:
    return propose_canary(to, by=user, reason="all green", origin=RolloutChange.Origin.ADMIN, look=GREEN)


def policy_fields(**overrides: str) -> dict[str, str]:
    fields = {
        "steps": "0, 10, 25, 50, 100",
        "dwell_hours": "72, 72, 168, 168, 0",
        "watches": "on",
        "lowers_to": "zero",
        "accuracy_margin_points": "1",
        "accept_margin_points": "2",
        "min_comparisons": "300",
        "proposal_hours": "72",
        "reason": "smaller steps",
        "version": "0",
    }
    return fields | overrides


def test_page__before_a_closed_step__shows_the_step_and_what_stands_before_it(admin: Console) -> None:
    stand_at(1_000, days=1.02)

    page = admin.browser.get(ROLLOUT).content.decode()

    assert "Next step: 25 %" in page
    assert "open in 48 hours at the earliest" in page
    assert 'id="blockers"' in page
    assert "10 % lasts at least 72 hours; 48 hours left" in page
    assert 'name="override"' in page


def test_page__for_an_operator__offers_no_override_and_no_raise(operator: Console) -> None:
    stand_at(1_000)

    page = operator.browser.get(ROLLOUT).content.decode()

    assert 'name="override"' not in page
    assert 'id="blockers"' not in page


def test_raise__through_closed_gates__names_all_of_them_and_changes_nothing(admin: Console) -> None:
    stand_at(1_000, days=1.02)

    page = save(admin, "50")

    assert "Not saved: 50 % is more than the next step" in page
    assert "Not saved: 10 % lasts at least 72 hours" in page
    assert "let an admin override the gate with a reason" in page
    assert read_rollout().percentage == 1_000


def test_raise__overridden__moves_and_the_log_says_so(admin: Console) -> None:
    stand_at(1_000)

    page = save(admin, "50", override="on")

    assert "from 10 % to 50 %" in page
    assert "past the gates" in page
    assert RolloutChange.objects.latest("version").is_overridden


def test_raise__overridden_with_a_short_reason__says_so(admin: Console) -> None:
    stand_at(1_000)

    assert "at least 10 characters" in save(admin, "50", override="on", reason="short")
    assert read_rollout().percentage == 1_000


def test_raise__override_forged_by_an_operator__is_refused(operator: Console) -> None:
    stand_at(1_000)

    assert "only an admin may raise it" in save(operator, "50", override="on")
    assert read_rollout().percentage == 1_000


def test_raise__where_a_second_person_is_needed__becomes_a_proposal_that_another_approves(
    admin: Console, superuser: Console
) -> None:
    stand_at(1_000)
    set_policy(needs_second_person=True)

    page = save(admin, "25", override="on")
    number = RolloutProposal.objects.get().pk
    own = act(admin, f"{PROPOSALS}{number}/approve/")
    between = read_rollout().percentage
    approved = act(superuser, f"{PROPOSALS}{number}/approve/")

    assert "Another admin has to approve it" in page
    assert f"{PROPOSALS}{number}/withdraw/" in page
    assert f"{PROPOSALS}{number}/approve/" not in page
    assert "Nobody approves their own proposal" in own
    assert between == 1_000
    assert "the canary moved to 25 %" in approved
    assert read_rollout().percentage == 2_500


def test_approve__what_is_no_longer_so__says_why_and_changes_nothing(
    admin: Console, superuser: Console
) -> None:
    stand_at(1_000)
    proposal = propose_as(admin.user)
    set_percentage(500, by=None, reason="complaints", origin=RolloutChange.Origin.COMMAND)

    page = act(superuser, f"{PROPOSALS}{proposal.pk}/approve/")

    assert "The rollout was changed since: it is at 5 %" in page
    assert read_rollout().percentage == 500


@pytest.mark.parametrize(("action", "status"), [("reject", "rejected"), ("withdraw", "withdrawn")])
def test_end__a_proposal__asks_for_a_reason_and_closes_it(
    admin: Console, superuser: Console, action: str, status: str
) -> None:
    stand_at(1_000)
    proposal = propose_as(admin.user)
    address = f"{PROPOSALS}{proposal.pk}/{action}/"

    asked = superuser.browser.get(address).content.decode()
    without = act(superuser, address, reason=" ")
    open_before = RolloutProposal.objects.get().status
    act(superuser, address)

    assert f"{action.capitalize()} 10 % → 25 %?" in asked
    assert "This field is required" in without
    assert (open_before, RolloutProposal.objects.get().status) == ("open", status)
    assert read_rollout().percentage == 1_000


@pytest.mark.parametrize("action", ["approve", "reject", "withdraw"])
def test_decide__by_an_operator__is_refused(admin: Console, operator: Console, action: str) -> None:
    stand_at(1_000)
    proposal = propose_as(admin.user)

    answer = operator.browser.post(f"{PROPOSALS}{proposal.pk}/{action}/", {"reason": "x"})

    assert answer.status_code == 403
    assert RolloutProposal.objects.get().status == "open"


def test_hold__by_an_operator__holds_until_an_admin_lifts_it(operator: Console, admin: Console) -> None:
    stand_at(1_000)

    act(operator, f"{HOLDS}place/", "odd merchants")
    hold = RolloutHold.objects.get()
    held = save(admin, "25", override="on")
    by_operator = operator.browser.post(f"{HOLDS}{hold.pk}/lift/", {"reason": "x"}).status_code
    act(admin, f"{HOLDS}{hold.pk}/lift/")
    again = act(admin, f"{HOLDS}{hold.pk}/lift/")

    assert hold.placed_by == operator.user
    assert "A hold by the operator: odd merchants" in held
    assert by_operator == 403
    assert f"There is no open hold {hold.pk}" in again
    assert "Nothing holds the canary" in again


def test_home__held__says_why(analyst: Console) -> None:
    place_hold(by=None, reason="odd merchants", origin="command")

    assert "odd merchants" in analyst.browser.get("/admin/").content.decode()


def test_policy__saved__is_in_force(admin: Console) -> None:
    fields = policy_fields(steps="0, 2.5, 100", dwell_hours="24, 24, 0", needs_second_person="on")

    page = admin.browser.post(POLICY, fields, follow=True).content.decode()

    policy = read_policy()
    assert "The policy is in force" in page
    assert (policy.steps, policy.dwell_hours, policy.needs_second_person) == (
        (0, 250, 10_000),
        (24, 24, 0),
        True,
    )


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"steps": "0, 25, 10, 50, 100"}, "10 % comes after 25 %", id="falling"),
        pytest.param({"steps": "0, 2.555, 100"}, "at most two decimals", id="too fine"),
        pytest.param({"steps": "0, 10, 101"}, "from 0 to 100", id="out of range"),
        pytest.param({"dwell_hours": "72"}, "5 steps and 1 numbers of hours", id="hours missing"),
        pytest.param({"dwell_hours": "a, b"}, "no list of hours", id="no hours"),
        pytest.param({"needs_second_person": "on", "is_automatic": "on"}, "nobody would be asked", id="both"),
        pytest.param({"accept_margin_points": "nan"}, "Enter a number", id="no number"),
        pytest.param({"reason": " "}, "This field is required", id="no reason"),
        pytest.param({"version": "7"}, "Somebody changed the policy in the meantime", id="older version"),
        pytest.param({"version": ""}, "This field is required", id="no version"),
    ],
)
def test_policy__that_cannot_be_followed__says_so_and_changes_nothing(
    admin: Console, fields: dict[str, str], complaint: str
) -> None:
    page = admin.browser.post(POLICY, policy_fields(**fields)).content.decode()

    assert complaint in page
    assert read_policy() == Policy()


@pytest.mark.parametrize("role", ["operator", "analyst"])
def test_policy__by_who_may_only_look__is_shown_and_not_changed(console_of: Any, role: str) -> None:
    console = console_of(role)

    page = console.browser.get(POLICY).content.decode()
    answer = console.browser.post(POLICY, policy_fields(steps="0, 100", dwell_hours="0, 0"))

    assert "0, 10, 25, 50, 100" in page
    assert 'name="_save"' not in page
    assert answer.status_code == 403
    assert RolloutPolicy.objects.get().version == 0
