"""The disagreements page, without scripts: filter, heat map, merchants, rows, the right category in place."""

import csv
import re
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suggestions.labels.feedback import record_feedback
from suggestions.models import Category, Client, Rule, Transaction
from tests.builders import make_client, make_rule
from tests.integration.admin.console import Console
from tests.integration.admin.disagreeing import PAGE, disagree, make_app, page_of, set_label

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def app(db: None) -> Client:
    return make_app()


def shown(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/admin/suggestions/suggestionevent/(\d+)/change/"', page)]


def links(page: str, text: str) -> list[str]:
    found = re.findall(r'href="([^"]+)"[^>]*>((?:(?!</?a\b).)*)</a>', page, flags=re.DOTALL)
    return [unescape(link) for link, inner in found if text in re.sub("<[^>]+>", "", inner)]


def test_page__nothing_yet__teaches(analyst: Console) -> None:
    page = page_of(analyst)

    assert "Rules and model have not disagreed yet." in page
    assert "POST /ml/suggestions" in page


def test_page__filter_that_nothing_passes__says_so_and_can_be_cleared(analyst: Console, app: Client) -> None:
    disagree(app)

    page = page_of(analyst, merchant="nowhere")

    assert "No disagreement passes this filter." in page
    assert links(page, "Clear the filter") == ["?", "?"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"date_from": "2020-01-01"}, True),
        ({"date_to": "2020-01-01"}, False),
        ({"rule_category": "Restaurants"}, True),
        ({"model_category": "Restaurants"}, False),
        ({"merchant": "hortons"}, True),
        ({"merchant": "hortons #12"}, False),
        ({"merchant": "starbucks"}, False),
        ({"merchant_key": "tim hortons"}, True),
        ({"merchant_key": "tim"}, False),
        ({"is_merchant_seen": "yes"}, True),
        ({"is_merchant_seen": "no"}, False),
        ({"min_confidence": "0.7"}, True),
        ({"min_confidence": "0.71"}, False),
        ({"model_version": "9223372036854775807"}, False),
        ({"client": "budget app"}, True),
        ({"client": "budget"}, False),
    ],
)
def test_filter__in_the_address__narrows_the_page_and_stands_in_its_fields(
    analyst: Console, app: Client, query: dict[str, str], is_found: bool
) -> None:
    event = disagree(app, is_merchant_seen=True)

    page = page_of(analyst, **query)

    assert shown(page) == ([event.pk] if is_found else [])
    [(name, value)] = query.items()
    if name != "is_merchant_seen":
        assert re.search(rf'name="{name}"[^>]*value="{value}"|value="{value}"[^>]*name="{name}"', page)


def test_filter__by_text__searches_descriptions_only_for_those_who_may_read_them(
    admin: Console, analyst: Console, app: Client
) -> None:
    disagree(app)
    query, export = {"merchant": "hortons #12"}, f"{PAGE}export/"

    assert [len(shown(page_of(reader, **query))) for reader in (admin, analyst)] == [1, 0]
    assert [reader.browser.get(export, query).getvalue().count(b"\n") for reader in (admin, analyst)] == [
        2,
        1,
    ]
    assert "Description contains" in page_of(admin)
    assert "Merchant contains" in page_of(analyst)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        pytest.param({"date_from": "soon"}, "Enter a valid date", id="date"),
        pytest.param({"date_from": "2026-03-02", "date_to": "2026-03-01"}, "exchange them", id="order"),
        pytest.param({"min_confidence": "1.5"}, "less than or equal to 1", id="confidence"),
        pytest.param({"min_confidence": "nan"}, "Enter a number", id="not a number"),
        pytest.param({"model_version": "v1"}, "Enter a whole number", id="version"),
        pytest.param({"model_version": "9" * 30}, "less than or equal to", id="huge"),
        pytest.param({"is_merchant_seen": "maybe"}, "Select a valid choice", id="choice"),
        pytest.param({"merchant": "a\0b"}, "Null characters are not allowed", id="nul"),
        pytest.param({"client": "x" * 101}, "at most 100 characters", id="long"),
    ],
)
def test_filter__invalid__is_named_beside_the_field_and_nothing_is_shown(
    analyst: Console, app: Client, query: dict[str, str], says: str
) -> None:
    event = disagree(app)

    page = page_of(analyst, **query)

    assert says in page
    assert event.pk not in shown(page)
    assert analyst.browser.get(f"{PAGE}export/", query).status_code == 302


def test_page__cursor_that_is_none__shows_the_newest(analyst: Console, app: Client) -> None:
    event = disagree(app)

    assert shown(page_of(analyst, before="soon")) == [event.pk]


def test_heat_map__a_cell__leads_to_exactly_its_pair(analyst: Console, app: Client) -> None:
    fuel = [disagree(app).pk for _ in range(3)]
    disagree(app, model_category="Coffee")

    page = page_of(analyst, client="budget app")
    [link] = re.findall(r'href="([^"]+)" aria-label="3: rules say Restaurants, model says Fuel"', page)

    narrowed = page_of(analyst, PAGE + unescape(link))
    assert sorted(shown(narrowed)) == fuel
    assert "client=budget+app" in link


def test_clusters__one_merchant__counts_sides_and_leads_to_its_rows(analyst: Console, app: Client) -> None:
    rows = [disagree(app, {"category": known}).pk for known in ("", "Fuel", "Fuel", "Restaurants", "Coffee")]
    disagree(app, {"description": "CITY FUEL"})

    page = page_of(analyst)

    assert "Of 4 whose category is known: rules 1, model 2, neither 1" in page
    [link] = links(page, "5 disagreements at one merchant: TIM HORTONS")
    assert sorted(shown(page_of(analyst, PAGE + link))) == rows


def test_cluster__to_a_rule__fills_in_the_form_and_saves_nothing(admin: Console, app: Client) -> None:
    for _ in range(2):
        disagree(app, {"category": "Coffee"})

    [link] = links(page_of(admin), "Make a rule")
    form = admin.browser.get(link).context["adminform"].form

    initial = {name: form.get_initial_for_field(form.fields[name], name) for name in ("kind", "pattern")}
    assert initial == {"kind": "merchant", "pattern": "tim hortons"}
    assert (form.initial["category"], form.initial["client"]) == ("Coffee", str(app.pk))
    assert not Rule.objects.exists()


def test_cluster__too_general_for_a_rule_or_without_the_right__offers_none(
    admin: Console, analyst: Console, app: Client
) -> None:
    for _ in range(2):
        disagree(app, {"description": "PAYMENT"})

    page = page_of(admin)
    assert "at one merchant: <bdi>PAYMENT" in page
    assert not links(page, "Make a rule")

    for _ in range(2):
        disagree(app)
    assert not links(page_of(analyst), "Make a rule")


@pytest.mark.parametrize("case", ["said", "there", "shared", "withdrawn"])
def test_cluster__rule_that_would_change_nothing__is_not_offered(
    admin: Console, app: Client, case: str
) -> None:
    known = "Restaurants" if case == "said" else "Coffee"
    for _ in range(2):
        disagree(app, {"category": known})
    if case in ("there", "shared"):
        make_rule(
            kind="merchant",
            pattern="SQ *TIM HORTONS 3623",
            category="Coffee",
            client=app if case == "there" else None,
        )
    if case == "withdrawn":
        Category.objects.filter(name="Coffee").update(is_active=False)

    page = page_of(admin)

    assert "2 disagreements at one merchant" in page
    assert not links(page, "Make a rule")


def test_cluster__rule_of_another_client_or_for_some_payments_alone__one_is_offered_still(
    admin: Console, app: Client
) -> None:
    for _ in range(2):
        disagree(app, {"category": "Coffee"})
    make_rule(kind="merchant", category="Coffee", client=make_client())
    make_rule(kind="merchant", category="Coffee", client=app, user_id="user-1")
    make_rule(kind="merchant", category="Coffee", client=app, amount_min=5)

    assert len(links(page_of(admin), "Make a rule")) == 1


def test_cluster__of_several_clients__a_rule_for_each_and_no_word_of_one_for_all(
    admin: Console, app: Client
) -> None:
    other = make_client(name="other app")
    disagree(app, {"category": "Private word"})
    disagree(other, model_category="Fuel")
    disagree(other, model_category="Fuel")

    page = page_of(admin)

    [theirs] = links(page, "Make a rule: Fuel for other app")
    [ours] = links(page, "Make a rule: Private word for budget app")
    assert f"client={other.pk}" in theirs
    assert f"client={app.pk}" in ours


def test_cluster__of_many_clients__offers_a_few_and_says_how_many_more(admin: Console, app: Client) -> None:
    for client in [app, *(make_client() for _ in range(4))]:
        disagree(client)

    page = page_of(admin)

    assert len(links(page, "Make a rule")) == 3
    assert "2 more clients: narrow the page to one of them" in page


def test_rows__more_than_a_page__go_on_by_id_and_count_nothing(analyst: Console, app: Client) -> None:
    made = [disagree(app).pk for _ in range(27)]

    first = page_of(analyst)
    [older] = links(first, "Older")
    second = page_of(analyst, PAGE + older)

    assert shown(first) + shown(second) == made[::-1]
    assert links(second, "Newest") == ["?"]
    assert not links(second, "Older")


@pytest.mark.parametrize("role", ["analyst", "operator", "admin"])
def test_rows__description__is_only_for_those_who_may_read_it(
    request: pytest.FixtureRequest, app: Client, role: str
) -> None:
    disagree(app)
    console: Console = request.getfixturevalue(role)

    page = page_of(console)
    lines = list(csv.DictReader(StringIO(console.browser.get(f"{PAGE}export/").getvalue().decode())))

    assert ("TIM HORTONS #1234" in page) is (role == "admin")
    assert [line["description"] for line in lines] == (["TIM HORTONS #1234"] if role == "admin" else [""])


def test_export__is_exactly_what_the_filter_leaves(analyst: Console, app: Client) -> None:
    event = disagree(app, model_category="=SUM(1)")
    disagree(app)

    [link] = links(page_of(analyst, model_category="=SUM(1)"), "Export these as CSV")
    [line] = csv.DictReader(StringIO(analyst.browser.get(link).getvalue().decode()))

    assert (line["event_id"], line["model_category"]) == (str(event.pk), "'=SUM(1)")


def test_rows__where_the_end_user_has_spoken_or_without_the_right__offer_no_category(
    admin: Console, operator: Console, app: Client
) -> None:
    event = disagree(app)
    assert "Right category" in page_of(admin)
    assert "Right category" not in page_of(operator)

    record_feedback(app, event_id=event.pk, transaction_id=None, action="correct", label="Coffee")

    assert "corrected by the user" in page_of(admin)
    assert "Right category" not in page_of(admin)


def test_rows__categories_to_choose_from__are_the_clients_active_ones(admin: Console, app: Client) -> None:
    Category.objects.create(client=app, name="Retired", is_active=False)
    Category.objects.create(client=make_client(), name="Foreign")
    disagree(app)

    page = page_of(admin)

    [options] = re.findall(rf'<datalist id="categories-{app.pk}">(.*?)</datalist>', page)
    assert re.findall(r'value="(\w+)"', options) == ["Coffee", "Fuel", "Restaurants"]
    assert f'list="categories-{app.pk}"' in page


def test_page__hostile_and_right_to_left_texts__are_text(admin: Console, app: Client) -> None:
    Category.objects.create(client=app, name=SCRIPT)
    for _ in range(2):
        event = disagree(app, {"description": "شركة الاتصالات"}, rule_category=SCRIPT, model_category="A & B")

    page = page_of(admin, rule_category=SCRIPT)
    labelled = set_label(admin, event, category=SCRIPT, back=f"?rule_category={SCRIPT}").content.decode()

    assert event.pk in shown(page)
    assert "<bdi>شركة الاتصالات</bdi>" in page
    assert SCRIPT not in page + labelled
    assert Transaction.objects.get(pk=event.transaction_id).known_category == SCRIPT


def test_page__any_number_of_rows__exactly_the_named_queries(admin: Console, app: Client) -> None:
    for _ in range(30):
        disagree(app)

    with CaptureQueriesContext(connection) as captured:
        page_of(admin)

    froms = [re.search(r'FROM "(\w+)"', query["sql"]) for query in captured.captured_queries]
    assert [found[1] for found in froms if found] == [
        "django_session",
        "auth_user",
        "auth_permission",  # of the user
        "auth_permission",  # of the groups
        "console_savedfilter",  # the reader's, and those shared
        "suggestions_client",  # names to choose from
        "suggestions_suggestionevent",  # where the window of the counts ends
        "suggestions_suggestionevent",  # the counts
        "suggestions_suggestionevent",  # where the window of the list ends
        "suggestions_suggestionevent",  # the list
        "suggestions_category",  # withdrawn ones, for which no rule is offered
        "suggestions_rule",  # those that are there already
        "suggestions_category",  # to choose the right one from
    ]
