"""Everything the admin can do with the canary, a command can do."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from suggestions.domain.ramp.policy import Policy
from suggestions.models import Rollout, RolloutChange, RolloutHold, RolloutProposal
from suggestions.ramp.policy import read_policy, read_versioned
from suggestions.roles import Role
from suggestions.rollout import read_rollout
from tests.builders import make_client
from tests.ramp_evidence import set_policy, stand_at
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

WHY = "a trial on a test system"


@pytest.fixture
def alice() -> User:
    return make_staff(Role.ADMIN)


@pytest.fixture
def bob() -> User:
    return User.objects.create_superuser("bob")


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("rollout", *arguments, stdout=output)
    return output.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    return str(refusal.value)


def test_status__nothing_trained__says_in_one_line_what_to_do() -> None:
    assert run("status") == (
        "0 % (version 0). Train a model. No version is champion: everybody is served by the rules; No "
        "candidate waits to be promoted.\n"
    )


def test_status_and_show__held__recommend_to_judge_the_hold() -> None:
    stand_at(1_000)
    run("hold", "--reason", "odd merchants")

    assert run("status").startswith("10 % (version 1). Lift the hold or leave it: odd merchants. ")
    assert "To do: Lift the hold or leave it: odd merchants\n" in run("show")


def test_set__upward_without_evidence__is_refused_with_what_stands_before_it() -> None:
    message = refused("set", "10%", "--reason", WHY)

    assert "No version is champion" in message
    assert "3 days left" in message
    assert "override the gate with a reason" in message
    assert read_rollout().percentage == 0


def test_set__upward_with_override__moves_and_says_so() -> None:
    assert "0 % → 10 % (version 1, past the gates)" in run("set", "10%", "--override", "--reason", WHY)

    assert RolloutChange.objects.get().is_overridden


def test_set__override_with_a_short_reason__is_refused() -> None:
    assert "at least 10 characters" in refused("set", "10%", "--override", "--reason", "short")


def test_set__downward__needs_no_gate() -> None:
    stand_at(2_500)

    run("set", "10%", "--reason", "complaints")

    assert read_rollout().percentage == 1_000


def test_set__as_somebody__is_in_their_name_and_with_their_rights(alice: User) -> None:
    operator = make_staff(Role.OPERATOR)
    arguments = ("set", "10%", "--override", "--reason", WHY, "--as")

    assert "may not raise the canary" in refused(*arguments, operator.username)
    run(*arguments, alice.username)

    assert RolloutChange.objects.get().changed_by == alice


def test_rollback__as_somebody_who_only_reads__is_refused() -> None:
    stand_at(1_000)
    analyst = make_staff(Role.ANALYST)

    message = refused("rollback", "--reason", WHY, "--as", analyst.username)

    assert message == f"{analyst.username} may not roll back: ask an admin."
    assert read_rollout().percentage == 1_000


def test_bucket__without_a_rollout__says_what_to_do() -> None:
    make_client(name="an app")
    Rollout.objects.all().delete()

    assert "run `manage.py bootstrap`" in refused("bucket", "user-1", "--client", "an app")


def test_as__nobody_of_that_name_or_no_longer_active__is_refused(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)

    for name in (alice.username, "nobody", ""):
        assert "There is no active user" in refused("rollback", "--reason", WHY, "--as", name)


def test_show__held_and_proposed__names_all_of_it(alice: User) -> None:
    stand_at(1_000)
    run("propose", "25%", "--override", "--reason", WHY, "--as", alice.username)
    run("hold", "--reason", "odd merchants")

    shown = run("show")

    assert "10 % of users served by the model" in shown
    assert "Next step 25 % is not open yet" in shown
    assert "odd merchants" in shown
    assert f"by {alice.username} waits: {WHY}" in shown


def test_propose_and_approve__by_two__widens_once(alice: User, bob: User) -> None:
    stand_at(1_000)
    set_policy(needs_second_person=True)

    said = run("set", "25%", "--override", "--reason", WHY, "--as", alice.username)
    number = str(RolloutProposal.objects.get().pk)
    own = refused("approve", number, "--reason", "fine", "--as", alice.username)
    unnamed = refused("approve", number, "--reason", "fine")
    before = read_rollout().percentage
    run("approve", number, "--reason", "fine", "--as", bob.username)

    assert "nothing has changed yet" in said
    assert "Nobody approves their own" in own
    assert "--as USERNAME" in unnamed
    assert (before, read_rollout().percentage) == (1_000, 2_500)


@pytest.mark.parametrize(("action", "status"), [("reject", "rejected"), ("withdraw", "withdrawn")])
def test_end__a_proposal__changes_nothing(alice: User, action: str, status: str) -> None:
    stand_at(1_000)
    run("propose", "25%", "--override", "--reason", WHY, "--as", alice.username)
    proposal = RolloutProposal.objects.get()

    assert status in run(action, str(proposal.pk), "--reason", "not now")

    proposal.refresh_from_db()
    assert (proposal.status, read_rollout().percentage) == (status, 1_000)


def test_hold_and_lift__by_command__hold_and_let_go() -> None:
    stand_at(1_000)

    run("hold", "--reason", "odd merchants")
    number = str(RolloutHold.objects.get().pk)
    held = refused("set", "25%", "--override", "--reason", WHY)
    run("lift", number, "--reason", "looked at it")
    run("set", "25%", "--override", "--reason", WHY)

    assert "A hold by a command: odd merchants" in held
    assert read_rollout().percentage == 2_500


def test_evaluate__without_cause__says_that_nothing_was_done() -> None:
    stand_at(1_000)

    assert "Nothing was done." in run("evaluate")


def test_policy__without_options__shows_it() -> None:
    shown = run("policy")

    assert "0, 10, 25, 50, 100" in shown
    assert "72, 72, 168, 168, 0" in shown
    assert read_versioned()[1] == 0


def test_policy__with_options__changes_it(alice: User) -> None:
    run(
        *("policy", "--steps", "0, 5, 100", "--dwell", "24, 24, 0", "--second-person", "yes"),
        *("--lowers-to", "previous", "--accept-margin", "3", "--reason", WHY, "--as", alice.username),
    )

    policy = read_policy()
    assert (policy.steps, policy.dwell_hours) == ((0, 500, 10_000), (24, 24, 0))
    assert (policy.needs_second_person, policy.lowers_to, policy.accept_margin_points) == (
        True,
        "previous",
        3.0,
    )


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("--steps", "0, 2.555, 100"), "at most two decimals", id="too fine"),
        pytest.param(("--steps", "0, 101"), "from 0 to 100", id="out of range"),
        pytest.param(("--steps", "0, 25, 10, 50, 100"), "10 % comes after 25 %", id="falling"),
        pytest.param(("--dwell", "1, 2"), "5 steps and 2 numbers", id="hours missing"),
        pytest.param(("--dwell", "1.5, 2, 3, 4, 5"), "whole numbers", id="no whole hours"),
        pytest.param(("--automatic", "yes", "--second-person", "yes"), "nobody would be asked", id="both"),
    ],
)
def test_policy__that_cannot_be_followed__is_refused(arguments: tuple[str, ...], complaint: str) -> None:
    assert complaint in refused("policy", *arguments, "--reason", WHY)
    assert read_policy() == Policy()


def test_policy__without_a_reason__is_refused() -> None:
    assert "needs --reason" in refused("policy", "--min-comparisons", "500")
