"""The rollout page: save, raise, lower, conflict, the way down, all without scripts."""

from typing import Any

import pytest
from django.http import QueryDict

from suggestions.admin.rollout.form import RolloutForm
from suggestions.models import Rollout, RolloutChange
from suggestions.rollout import RolloutState, read_rollout, set_percentage
from tests.builders import make_challenger_answer, make_client, make_event, make_transaction
from tests.integration.admin.console import ROLLOUT, Console
from tests.registry_rows import make_champion, make_version

pytestmark = pytest.mark.django_db

ROLL_BACK = f"{ROLLOUT}roll-back/"


def save(console: Console, percentage: str, **fields: str) -> Any:
    values = {"percentage": percentage, "reason": "agreement is fine", "version": str(read_rollout().version)}
    return console.browser.post(ROLLOUT, values | fields, follow=True)


def start_at(percentage: int) -> None:
    set_percentage(percentage, by=None, reason="a start", origin=RolloutChange.Origin.COMMAND)


@pytest.mark.parametrize(("typed", "stored"), [("10", 1_000), ("2.5", 250), ("0.01", 1), ("100", 10_000)])
def test_save__by_an_admin__changes_the_canary_and_logs_who_and_why(
    admin: Console, typed: str, stored: int
) -> None:
    page = save(admin, typed, override="on").content.decode()

    change = RolloutChange.objects.get()
    assert read_rollout().percentage == stored
    assert (change.changed_by, change.reason, change.origin) == (admin.user, "agreement is fine", "admin")
    assert f"from 0 % to {typed} %" in page


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param({"percentage": "101"}, "less than or equal to 100", id="too much"),
        pytest.param({"percentage": "-1"}, "greater than or equal to 0", id="negative"),
        pytest.param({"percentage": "2.555"}, "2 decimal places", id="too fine"),
        pytest.param({"percentage": "NaN"}, "Enter a number", id="no number"),
        pytest.param({"percentage": ""}, "This field is required", id="empty"),
        pytest.param({"reason": "  "}, "This field is required", id="no reason"),
        pytest.param({"percentage": "25"}, "The canary is at 25 % already", id="no change"),
    ],
)
def test_save__invalid__says_so_beside_the_field_and_changes_nothing(
    admin: Console, fields: dict[str, str], complaint: str
) -> None:
    start_at(2_500)

    page = save(admin, **{"percentage": "10"} | fields).content.decode()

    assert complaint in page
    assert read_rollout().version == 1


@pytest.mark.parametrize(("fields", "page"), [({}, ROLLOUT), ({"from_home": "1"}, "/admin/")])
def test_save__from_a_page__leads_back_to_it(operator: Console, fields: dict[str, str], page: str) -> None:
    start_at(2_500)

    answer = save(operator, "10", **fields)

    assert [address for address, _ in answer.redirect_chain] == [page]
    assert "from 25 % to 10 %" in answer.content.decode()


def test_save__by_an_operator__may_lower_and_not_raise(operator: Console) -> None:
    start_at(2_500)

    raised = save(operator, "25.01").content.decode()
    after_raise = read_rollout().percentage
    save(operator, "24.99")

    assert "only an admin may raise it: choose at most 25 %" in raised
    assert (after_raise, read_rollout().percentage) == (2_500, 2_499)


def test_form__forged_newer_version__is_saved_on_the_version_that_was_checked() -> None:
    # Otherwise a change between check and save would let an operator raise what was lowered meanwhile.
    state = RolloutState(percentage=2_500, version=1, salt="")
    form = RolloutForm(QueryDict("percentage=10&reason=less&version=2"), state=state, may_raise=False)

    assert form.is_valid()
    assert form.expected_version == 1


def test_save__on_an_older_state__tells_who_changed_what_and_saves_on_the_new_one(
    admin: Console, operator: Console
) -> None:
    start_at(1_000)
    seen = str(read_rollout().version)
    set_percentage(500, by=operator.user, reason="odd merchants", origin=RolloutChange.Origin.ADMIN)

    page = save(admin, "50", version=seen).content.decode()
    between = read_rollout().percentage
    save(admin, "50", version=str(read_rollout().version), override="on")

    assert "the operator changed the rollout to 5 % in the meantime (“odd merchants”)" in page
    assert 'name="version" value="2"' in page
    assert (between, read_rollout().percentage) == (500, 5_000)


def test_save__blind_share_on_an_older_state__is_a_conflict_and_no_second_change(admin: Console) -> None:
    start_at(1_000)
    opened_on = str(read_rollout().version)
    start_at(2_500)

    page = save(admin, "10", blind="5", version=opened_on).content.decode()

    assert "changed the rollout to 25 %" in page
    assert "Change one at a time" not in page
    assert read_rollout().blind_share == 0


@pytest.mark.parametrize("fields", [{"blind": "5"}, {"version": "x"}, {"version": ""}])
def test_save__what_the_form_does_not_show__is_refused_in_words(
    operator: Console, fields: dict[str, str]
) -> None:
    start_at(2_500)
    version = read_rollout().version

    page = save(operator, "10" if "version" in fields else "25", **fields).content.decode()

    assert 'role="alert"' in page
    assert read_rollout().version == version


def test_save__blind_share_by_an_admin__is_changed_logged_and_shown(admin: Console) -> None:
    start_at(2_500)

    page = save(admin, "25", blind="1.5").content.decode()

    change = RolloutChange.objects.latest("version")
    assert (read_rollout().percentage, read_rollout().blind_share) == (2_500, 150)
    assert (str(change), change.changed_by) == ("blind 0 % → 1.5 %", admin.user)
    assert "Saved: blind 0 % → 1.5 %" in page
    assert "Nothing is shown for <strong>1.5 %</strong> of transactions" in page
    assert 'id="id_blind" value="1.5"' in page


@pytest.mark.parametrize(
    ("blind", "complaint"),
    [
        ("20.01", "less than or equal to 20"),
        ("-1", "greater than or equal to 0"),
        ("1.005", "2 decimal places"),
    ],
)
def test_save__blind_share_that_is_none__says_so_and_changes_nothing(
    admin: Console, blind: str, complaint: str
) -> None:
    page = save(admin, "0", blind=blind).content.decode()

    assert complaint in page
    assert "already" not in page
    assert read_rollout().version == 0


def test_save__blind_share_left_as_it_is__is_no_change(admin: Console) -> None:
    start_at(2_500)

    page = save(admin, "25", blind="0").content.decode()

    assert "The canary is at 25 % already" in page
    assert read_rollout().version == 1


def test_save__blind_share_by_an_operator__is_refused_and_not_offered(operator: Console) -> None:
    start_at(2_500)

    save(operator, "10", blind="1")

    assert (read_rollout().percentage, read_rollout().blind_share) == (2_500, 0)
    assert 'name="blind"' not in operator.browser.get(ROLLOUT).content.decode()


def test_roll_back__get__asks_and_changes_nothing(operator: Console) -> None:
    start_at(2_500)

    page = operator.browser.get(ROLL_BACK).content.decode()

    assert "Roll back now" in page
    assert read_rollout().percentage == 2_500


def test_roll_back__by_an_operator__serves_rules_and_defeats_an_edit_under_way(
    operator: Console, admin: Console
) -> None:
    start_at(2_500)
    seen = str(read_rollout().version)

    operator.browser.post(ROLL_BACK, {"reason": "complaints"})
    edit = save(admin, "50", version=seen).content.decode()

    assert read_rollout().percentage == 0
    assert RolloutChange.objects.latest("version").reason == "complaints"
    assert "Not saved" in edit


def test_roll_back__without_a_reason__asks_for_it(operator: Console) -> None:
    start_at(2_500)

    page = operator.browser.post(ROLL_BACK, {"reason": " "}).content.decode()

    assert "This field is required" in page
    assert read_rollout().percentage == 2_500


def test_roll_back__without_the_csrf_token__is_refused(operator: Console) -> None:
    start_at(2_500)
    operator.browser.handler.enforce_csrf_checks = True

    answer = operator.browser.post(ROLL_BACK, {"reason": "from another site"})

    assert answer.status_code == 403
    assert read_rollout().percentage == 2_500


def test_page__analyst__sees_the_state_and_no_form(analyst: Console) -> None:
    start_at(2_500)

    page = analyst.browser.get(ROLLOUT).content.decode()

    assert "Canary at <strong>25 %</strong>" in page
    assert 'id="rollout_form"' not in page
    assert "Roll back to rules" not in page


@pytest.mark.parametrize(
    ("percentage", "has_champion", "sentence"),
    [
        pytest.param(
            0, False, "Everybody is served by the rules; there is no champion model yet.", id="nothing"
        ),
        pytest.param(0, True, "Everybody is served by the rules; the model", id="shadow"),
        pytest.param(
            2_500, False, "there is no champion model: everybody is served by the rules", id="no model"
        ),
        pytest.param(2_500, True, "25 % of users, about 1 of 4, are served by the model", id="canary"),
        pytest.param(10_000, True, "Everybody with a user id is served by the model", id="full"),
    ],
)
def test_page__each_state__says_who_is_served_by_what(
    admin: Console, percentage: int, has_champion: bool, sentence: str
) -> None:
    client = make_client()
    for number in range(4):
        make_transaction(client, user_id=f"user-{number}")
    make_transaction(client, user_id="")  # nobody to be served
    if has_champion:
        make_champion()
    start_at(percentage)

    assert sentence in admin.browser.get(ROLLOUT).content.decode()


def test_evidence__without_suggestions__gives_a_line_to_paste(admin: Console) -> None:
    row = make_transaction(make_client())

    page = admin.browser.get(ROLLOUT).content.decode()

    assert "curl -s http://testserver/ml/suggestions" in page
    assert f"[{row.pk}]" in page


def test_evidence__with_suggestions__shows_agreement_states_and_what_is_missing(admin: Console) -> None:
    client, champion = make_client(), make_champion()
    for state in ("agree", "agree", "agree", "disagree", "rule_only"):
        make_event(make_transaction(client), state=state, model_version=champion)

    page = admin.browser.get(ROLLOUT).content.decode()

    assert "75.0 %" in page
    assert "4 comparisons since the champion was first asked" in page
    assert "5 suggestions" in page
    assert "COLLECTING" in page
    assert "Still needed: about 296 more comparisons." in page


def test_challenger__none__has_no_card(analyst: Console) -> None:
    make_champion()

    assert "Challenger" not in analyst.browser.get(ROLLOUT).content.decode()


def test_challenger__not_asked_yet__says_when_it_will_be(analyst: Console) -> None:
    challenger = make_version(status="challenger")

    page = analyst.browser.get(ROLLOUT).content.decode()

    assert f"/admin/mlmodels/modelversion/{challenger.pk}/change/" in page
    assert "It has not been asked yet" in page


def test_challenger__asked__stands_beside_champion_and_rules(analyst: Console) -> None:
    champion, challenger = make_champion(), make_version(status="challenger")
    for said in ("Fuel", "Restaurants"):
        event = make_event(
            make_transaction(make_client()), model_version=champion, model_category="Fuel", state="disagree"
        )
        make_challenger_answer(event, version=challenger, category=said)

    page = analyst.browser.get(ROLLOUT).content.decode()

    assert f"<td>v{champion.pk}</td>" in page
    assert page.count("50.0 % of 2") == 2


def test_row_missing__the_page__says_that_everybody_is_served_by_rules(admin: Console) -> None:
    Rollout.objects.all().delete()

    page = admin.browser.get(ROLLOUT).content.decode()

    assert "the rollout&#x27;s row is missing or cannot be read" in page


def test_link_to_the_row__leads_to_the_page(admin: Console) -> None:
    answer = admin.browser.get(f"{ROLLOUT}1/change/", follow=True)

    assert answer.redirect_chain == [(ROLLOUT, 302)]
