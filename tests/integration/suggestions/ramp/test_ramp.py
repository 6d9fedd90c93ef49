"""The canary is widened through the gates, past them only with a right and a reason, and narrowed without."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from audit.models import AuditEntry
from mlmodels import services
from suggestions.domain.ramp.judging import Evidence
from suggestions.domain.ramp.policy import Policy
from suggestions.models import Rollout, RolloutChange, RolloutProposal
from suggestions.ramp.canary import change_canary, raise_canary
from suggestions.ramp.gates import GateRefused
from suggestions.ramp.holds import lift_hold, place_hold
from suggestions.ramp.policy import InvalidPolicy, PolicyConflict, read_policy, read_versioned, save_policy
from suggestions.ramp.rights import NotAllowed
from suggestions.roles import Role
from suggestions.rollout import InvalidChange, RolloutConflict, read_rollout, set_percentage
from suggestions.standing import read_standing
from tests.ramp_evidence import GREEN, NO_DATA, RED, Seen, firing, stand_at
from tests.registry_rows import make_version
from tests.staff import make_staff

pytestmark = pytest.mark.django_db

ORIGIN = RolloutChange.Origin.ADMIN


@pytest.fixture
def alice() -> User:
    return make_staff(Role.ADMIN)


def widen(to: int, by: User | None, **more: Any) -> RolloutChange | RolloutProposal:
    values: dict[str, Any] = {"reason": "all green, see the page", "origin": ORIGIN, "look": GREEN}
    return raise_canary(to, by=by, **values | more)


def test_raise__green_and_long_enough__moves_and_keeps_the_evidence(alice: User) -> None:
    stand_at(1_000)

    widen(2_500, alice)

    change = RolloutChange.objects.latest("version")
    assert read_rollout().percentage == change.to_percentage == 2_500
    assert change.evidence == GREEN.to_json()
    assert (change.changed_by, change.is_overridden) == (alice, False)


@pytest.mark.parametrize("look", [pytest.param(RED, id="red"), pytest.param(NO_DATA, id="no data")])
def test_raise__a_criterion_not_green__is_refused_with_what_to_do(alice: User, look: Seen) -> None:
    stand_at(1_000)

    with pytest.raises(GateRefused, match="Agreement holds") as refusal:
        widen(2_500, alice, look=look)

    assert "let an admin override the gate" in str(refusal.value)
    assert read_rollout().percentage == 1_000


def test_raise__everything_against_it__is_refused_with_all_of_it(alice: User) -> None:
    set_percentage(1_000, by=None, reason="a start", origin=ORIGIN)
    place_hold(by=alice, reason="odd merchants", origin="admin")

    with pytest.raises(GateRefused) as refusal:
        widen(10_000, alice, look=RED)

    assert len(refusal.value.blockers) == 5
    assert "No override gets past it" in str(refusal.value)


def test_raise__overridden__moves_and_the_change_says_so(alice: User) -> None:
    stand_at(1_000, days=0)

    widen(10_000, alice, look=RED, override=True, reason="a trial on a test system")

    change = RolloutChange.objects.latest("version")
    assert change.is_overridden
    assert len(change.evidence["overridden"]) == 3
    assert read_rollout().percentage == 10_000


def test_raise__override_where_nothing_stood_before_it__is_no_override(alice: User) -> None:
    stand_at(1_000)

    widen(2_500, alice, override=True)

    assert not RolloutChange.objects.latest("version").is_overridden


@pytest.mark.parametrize("reason", ["", "  ", "too short", "   short   "])
def test_raise__override_without_a_reason_worth_it__is_refused(alice: User, reason: str) -> None:
    stand_at(1_000)

    with pytest.raises(InvalidChange, match="reason"):
        widen(2_500, alice, look=RED, override=True, reason=reason)

    assert read_rollout().percentage == 1_000


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ANALYST])
@pytest.mark.parametrize("override", [True, False])
def test_raise__by_who_may_not__is_refused(role: Role, override: bool) -> None:
    stand_at(1_000)

    with pytest.raises(NotAllowed, match="ask an admin"):
        widen(2_500, make_staff(role), override=override)

    assert read_rollout().percentage == 1_000


@pytest.mark.parametrize("to", [-1, 10_001, 65_536])
def test_raise__out_of_range__is_refused(alice: User, to: int) -> None:
    stand_at(1_000)

    with pytest.raises(InvalidChange, match="between 0 % and 100 %"):
        widen(to, alice, override=True)


@pytest.mark.parametrize("to", [1_000, 500, 0])
def test_raise__no_raise__is_refused(alice: User, to: int) -> None:
    stand_at(1_000)

    with pytest.raises(InvalidChange, match="at 10 % already"):
        widen(to, alice)


def test_raise__on_an_older_version__is_refused(alice: User) -> None:
    seen = stand_at(1_000)
    set_percentage(500, by=None, reason="less", origin=ORIGIN)

    with pytest.raises(RolloutConflict):
        widen(2_500, alice, expected_version=seen, override=True)

    assert read_rollout().percentage == 500


@dataclass(frozen=True)
class Meanwhile:
    """Evidence during whose reading something else happens."""

    happens: Any

    def __call__(self) -> Evidence:
        self.happens()
        return GREEN()


def test_raise__lowered_while_the_evidence_was_read__is_refused(alice: User) -> None:
    stand_at(1_000)
    lower = Meanwhile(lambda: set_percentage(0, by=None, reason="no", origin=ORIGIN))

    with pytest.raises(RolloutConflict):
        widen(2_500, alice, look=lower, override=True)

    assert read_rollout().percentage == 0


def test_raise__held_while_the_evidence_was_read__is_refused(alice: User) -> None:
    stand_at(1_000)
    hold = Meanwhile(lambda: place_hold(by=alice, reason="wait", origin="admin"))

    with pytest.raises(GateRefused, match="A hold by"):
        widen(2_500, alice, look=hold, override=True)

    assert read_rollout().percentage == 1_000


def test_raise__another_champion_while_the_evidence_was_read__is_refused(alice: User) -> None:
    stand_at(1_000)
    other = make_version()
    promote = Meanwhile(
        lambda: services.promote(other.pk, by=None, reason="it does better", override_gate=True)
    )

    with pytest.raises(RolloutConflict, match="champion"):
        widen(2_500, alice, look=promote, override=True)


def test_hold__blocks_until_it_is_lifted(alice: User) -> None:
    stand_at(1_000)
    hold = place_hold(by=alice, reason="odd merchants", origin="admin")
    with pytest.raises(GateRefused, match="odd merchants"):
        widen(2_500, alice)

    lift_hold(hold.pk, by=alice, reason="looked at, harmless", origin="admin")
    widen(2_500, alice)

    assert read_rollout().percentage == 2_500


def test_dwell__a_host_whose_clock_is_wrong__changes_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(1_000, days=1.02)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=365))

    with pytest.raises(GateRefused, match="48 hours left"):
        widen(2_500, alice)


def test_change__by_a_host_whose_clock_is_wrong__has_the_databases_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() - timedelta(days=365))

    change = set_percentage(1_000, by=None, reason="a start", origin=ORIGIN)

    assert abs(change.changed_at - real()) < timedelta(minutes=5)
    assert read_standing().since == change.changed_at


def test_dwell__counts_from_the_last_change_of_the_percentage(alice: User) -> None:
    stand_at(1_000, days=1.02)
    set_percentage(1_000, by=None, reason="nothing new", origin=ORIGIN)

    with pytest.raises(GateRefused, match="48 hours left"):
        widen(2_500, alice)


def test_policy__saved__is_in_force_and_counts_its_version(alice: User) -> None:
    policy = Policy(steps=(0, 500, 10_000), dwell_hours=(1, 1, 0))

    save_policy(policy, by=alice, reason="smaller steps", origin="admin", expected_version=0)

    assert read_versioned() == (policy, 1)


def test_policy__that_contradicts_itself__is_refused_with_everything_that_does(alice: User) -> None:
    policy = Policy(steps=(0, 500), is_automatic=True, needs_second_person=True)

    with pytest.raises(InvalidPolicy) as refusal:
        save_policy(policy, by=alice, reason=" ", origin="admin")

    assert len(refusal.value.problems) == 3
    assert read_versioned() == (Policy(), 0)


def test_policy__as_it_is_already__is_refused_and_logged_nowhere(alice: User) -> None:
    with pytest.raises(InvalidPolicy, match="Nothing is changed"):
        save_policy(Policy(), by=alice, reason="again", origin="admin")

    assert not AuditEntry.objects.filter(kind="policy").exists()


def test_change__to_where_it_stands__is_refused_and_makes_no_version(alice: User) -> None:
    version = stand_at(1_000)

    with pytest.raises(InvalidChange, match="at 10 % already"):
        change_canary(1_000, by=alice, reason="again", origin=ORIGIN)

    assert read_rollout().version == version


def test_change__to_zero_without_the_row__makes_it(alice: User) -> None:
    Rollout.objects.all().delete()

    change_canary(0, by=alice, reason="make it anew", origin=ORIGIN)

    assert read_rollout().is_readable


def test_raise__while_a_guardrail_fires__is_refused(alice: User) -> None:
    stand_at(1_000)

    with pytest.raises(GateRefused, match="The guardrail “No error_burst” fired: 7 of 50 failed"):
        widen(2_500, alice, look=firing("error_burst"))


def test_policy__on_an_older_version__is_refused(alice: User) -> None:
    save_policy(Policy(proposal_hours=1), by=alice, reason="faster", origin="admin", expected_version=0)

    with pytest.raises(PolicyConflict):
        save_policy(Policy(), by=alice, reason="slower", origin="admin", expected_version=0)

    assert read_policy().proposal_hours == 1


def test_dwell__of_a_canary_that_nobody_has_changed__counts_from_the_installation(alice: User) -> None:
    with pytest.raises(GateRefused, match="0 % lasts at least 72 hours; 3 days left"):
        widen(1_000, alice)
