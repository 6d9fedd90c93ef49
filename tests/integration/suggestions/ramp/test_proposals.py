"""A second person decides: never the proposer, and never on what is no longer so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from mlmodels import services
from mlmodels.models import ModelVersion
from suggestions.domain.ramp.judging import Evidence
from suggestions.models import RolloutChange, RolloutProposal
from suggestions.ramp.canary import propose_canary, raise_canary
from suggestions.ramp.gates import GateRefused
from suggestions.ramp.holds import place_hold
from suggestions.ramp.proposals import (
    ProposalClosed,
    ProposalDecision,
    ProposalStale,
    approve,
    reject,
    withdraw,
)
from suggestions.ramp.rights import NotAllowed
from suggestions.roles import Role
from suggestions.rollout import (
    InvalidChange,
    RolloutConflict,
    RolloutRefused,
    read_rollout,
    roll_back,
    set_percentage,
)
from tests.ramp_evidence import GREEN, RED, Seen, set_policy, stand_at
from tests.registry_rows import make_version
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

ORIGIN = RolloutChange.Origin.ADMIN
REASON = "all green, see the page"


def make_admin(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=Role.ADMIN.value))
    return user


@pytest.fixture
def alice() -> User:
    return make_admin("alice")


@pytest.fixture
def bob() -> User:
    return make_admin("bob")


def ask(by: User | None, to: int = 2_500, **more: Any) -> RolloutProposal:
    set_policy(needs_second_person=True)
    values: dict[str, Any] = {"reason": REASON, "origin": ORIGIN, "look": GREEN}
    proposal = raise_canary(to, by=by, **values | more)
    assert isinstance(proposal, RolloutProposal)
    return proposal


def test_approve__champion_changed_while_the_evidence_was_read__decides_nothing(
    alice: User, bob: User
) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    ModelVersion.objects.update(status="archived")
    make_version(status="champion")

    def look() -> Evidence:
        # Rolled back to the version that was proposed for: what was read speaks of the other one.
        ModelVersion.objects.exclude(pk=proposal.champion_id).update(status="archived")
        ModelVersion.objects.filter(pk=proposal.champion_id).update(status="champion")
        return GREEN.evidence

    with pytest.raises(RolloutConflict, match="the champion changed in the meantime"):
        approve(proposal.pk, decide(bob), look=look)

    assert (status_of(proposal), read_rollout().percentage) == ("open", 1_000)


def test_approve__long_reasons__leave_room_for_each_other(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice, reason="all green " * 60)

    change = approve(proposal.pk, decide(bob, "日" * 500), look=GREEN)

    assert change.reason.startswith("all green all green")
    assert "… (proposed by alice; approved: 日日日" in change.reason
    assert change.reason.endswith("日 …)")


def decide(by: User | None, reason: str = "looked at it") -> ProposalDecision:
    return ProposalDecision(by, reason, ORIGIN)


def status_of(proposal: RolloutProposal) -> str:
    proposal.refresh_from_db()
    return proposal.status


def test_raise__where_a_second_person_is_needed__proposes_and_changes_nothing(alice: User) -> None:
    stand_at(1_000)

    proposal = ask(alice)

    proposal.refresh_from_db()
    assert (proposal.from_percentage, proposal.to_percentage, proposal.proposer) == (1_000, 2_500, "alice")
    assert proposal.evidence == GREEN.to_json()
    assert read_rollout().percentage == 1_000


def test_raise__overridden_where_a_second_person_is_needed__proposes_all_the_same(
    alice: User, bob: User
) -> None:
    stand_at(1_000)
    proposal = ask(alice, override=True, look=RED)
    before = read_rollout().percentage

    approve(proposal.pk, decide(bob), look=RED)

    assert (before, read_rollout().percentage) == (1_000, 2_500)
    assert RolloutChange.objects.latest("version").is_overridden


def test_raise__by_nobody_where_a_second_person_is_needed__is_refused() -> None:
    stand_at(1_000)

    with pytest.raises(NotAllowed, match="--as USERNAME"):
        ask(None)


def test_approve__by_another_admin__widens_and_names_both(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)

    approve(proposal.pk, decide(bob), look=GREEN)

    change = RolloutChange.objects.latest("version")
    assert read_rollout().percentage == 2_500
    assert change.changed_by == bob
    assert "proposed by alice; approved: looked at it" in change.reason
    assert (change.evidence["proposal"], change.evidence["proposed_by"]) == (proposal.pk, "alice")
    assert (status_of(proposal), proposal.decided_by) == ("approved", bob)
    assert proposal.decided_at is not None


@pytest.mark.parametrize(
    "make_self",
    [
        pytest.param(lambda alice: alice, id="the same account"),
        pytest.param(lambda alice: make_admin("Alice"), id="another case"),
        pytest.param(lambda alice: User.objects.create_superuser("ALICE"), id="a superuser of that name"),
    ],
)
def test_approve__by_the_proposer__is_refused(alice: User, make_self: Callable[[User], User]) -> None:
    stand_at(1_000)
    proposal = ask(alice)

    with pytest.raises(NotAllowed, match="Nobody approves their own"):
        approve(proposal.pk, decide(make_self(alice)), look=GREEN)

    assert (status_of(proposal), read_rollout().percentage) == ("open", 1_000)


def test_approve__by_the_proposer_who_became_a_superuser__is_refused(alice: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    User.objects.filter(pk=alice.pk).update(is_superuser=True)

    with pytest.raises(NotAllowed, match="Nobody approves their own"):
        approve(proposal.pk, decide(User.objects.get(pk=alice.pk)), look=GREEN)


def test_approve__by_a_new_account_of_a_deleted_proposer__is_refused(alice: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    alice.delete()

    with pytest.raises(NotAllowed, match="Nobody approves their own"):
        approve(proposal.pk, decide(make_admin("alice")), look=GREEN)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ANALYST, None])
def test_approve__by_who_may_not__is_refused(alice: User, role: Role | None) -> None:
    stand_at(1_000)
    proposal = ask(alice)

    with pytest.raises(NotAllowed):
        approve(proposal.pk, decide(make_staff(role) if role else None), look=GREEN)

    assert (status_of(proposal), read_rollout().percentage) == ("open", 1_000)


def test_approve__an_override__needs_the_right_to_override(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice, override=True, look=RED)
    bob.groups.clear()
    bob.user_permissions.add(*Group.objects.get(name="admin").permissions.filter(codename="raise_rollout"))

    with pytest.raises(NotAllowed, match="past the gates"):
        approve(proposal.pk, decide(User.objects.get(pk=bob.pk)), look=RED)


def another_version(_proposal: RolloutProposal) -> None:
    set_percentage(1_000, by=None, reason="new salt", origin=ORIGIN)


def another_champion(_proposal: RolloutProposal) -> None:
    services.promote(make_version().pk, by=None, reason="it does better", override_gate=True)


def too_old(proposal: RolloutProposal) -> None:
    RolloutProposal.objects.update(proposed_at=Now() - timedelta(hours=73))


def held(_proposal: RolloutProposal) -> None:
    place_hold(by=None, reason="odd merchants", origin="admin")


@pytest.mark.parametrize(
    ("happens", "look", "complaint"),
    [
        pytest.param(another_version, GREEN, "The rollout was changed since: it is at 10 %", id="version"),
        pytest.param(another_champion, GREEN, "The champion is another version", id="champion"),
        pytest.param(too_old, GREEN, "It waited for more than 72 hours", id="age"),
        pytest.param(lambda _proposal: None, RED, "Agreement holds: red, 70 % of 400", id="evidence"),
        pytest.param(held, GREEN, "A hold by a command: odd merchants", id="hold"),
    ],
)
def test_approve__of_what_is_no_longer_so__closes_it_and_changes_nothing(
    alice: User,
    bob: User,
    happens: Callable[[RolloutProposal], None],
    look: Seen,
    complaint: str,
) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    happens(proposal)

    with pytest.raises(ProposalStale, match="Propose it again") as refusal:
        approve(proposal.pk, decide(bob), look=look)

    assert complaint in str(refusal.value)
    assert (status_of(proposal), read_rollout().percentage) == ("stale", 1_000)
    assert complaint in proposal.decision_reason


def test_approve__held_override__is_stale(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice, override=True, look=RED)
    place_hold(by=None, reason="odd merchants", origin="admin")

    with pytest.raises(ProposalStale, match="odd merchants"):
        approve(proposal.pk, decide(bob), look=RED)


def test_approve__without_a_reason__is_refused(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)

    with pytest.raises(InvalidChange, match="a reason is required"):
        approve(proposal.pk, decide(bob, " "), look=GREEN)

    assert status_of(proposal) == "open"


@pytest.mark.parametrize("end", [reject, withdraw])
def test_end__by_another_admin__closes_it_and_changes_nothing(
    alice: User, bob: User, end: Callable[..., RolloutProposal]
) -> None:
    stand_at(1_000)
    proposal = ask(alice)

    end(proposal.pk, decide(bob, "not now"))

    assert status_of(proposal) in {"rejected", "withdrawn"}
    assert (proposal.decided_by, proposal.decision_reason) == (bob, "not now")
    assert read_rollout().percentage == 1_000


def test_withdraw__by_the_proposer_who_lost_the_role__works_and_by_an_operator_does_not(alice: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    alice.groups.clear()

    with pytest.raises(NotAllowed):
        withdraw(proposal.pk, decide(make_staff(Role.OPERATOR)))
    withdraw(proposal.pk, decide(User.objects.get(pk=alice.pk)))

    assert status_of(proposal) == "withdrawn"


@pytest.mark.parametrize("act", [approve, reject, withdraw])
def test_decide__about_a_closed_or_unknown_proposal__says_so(
    alice: User, bob: User, act: Callable[..., Any]
) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    reject(proposal.pk, decide(bob))

    with pytest.raises(ProposalClosed, match="it is rejected"):
        act(proposal.pk, decide(bob))
    with pytest.raises(ProposalClosed, match="no proposal 999999"):
        act(999_999, decide(bob))


def test_propose__while_another_waits__is_refused_and_names_it(alice: User, bob: User) -> None:
    stand_at(1_000)
    ask(alice)

    with pytest.raises(ProposalClosed, match="by alice waits already"):
        ask(bob)


def test_propose__while_one_of_an_older_state_waits__takes_its_place(alice: User, bob: User) -> None:
    stand_at(1_000)
    first = ask(alice)
    roll_back(by=bob, reason="complaints", origin=ORIGIN)

    second = ask(bob, to=500, override=True)

    assert (status_of(first), status_of(second)) == ("stale", "open")


def test_propose__where_nobody_asks_for_a_second_person__waits_for_one_all_the_same(alice: User) -> None:
    stand_at(1_000)

    proposal = propose_canary(2_500, by=alice, reason=REASON, origin=ORIGIN, look=GREEN)

    assert status_of(proposal) == "open"
    assert read_rollout().percentage == 1_000


def test_propose__through_closed_gates__is_refused(alice: User) -> None:
    stand_at(1_000)

    with pytest.raises(GateRefused):
        ask(alice, look=RED)


def test_database__second_open_proposal__is_refused_by_the_table_itself(alice: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    proposal.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_approve__two_admins_at_once__one_widens_once(alice: User, bob: User) -> None:
    stand_at(1_000)
    proposal = ask(alice)
    approvers = [bob, make_admin("carol")]

    def one(user: User) -> str:
        try:
            approve(proposal.pk, decide(user), look=GREEN)
        except RolloutRefused as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(one, approvers))

    assert outcomes == ["ProposalClosed", "approved"]
    assert RolloutChange.objects.count() == 2
