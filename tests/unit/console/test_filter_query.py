import pytest

from console.filter_query import LONGEST, QueryRefused, to_query, to_query_or_nothing


@pytest.mark.parametrize(
    ("text", "query"),
    [
        pytest.param("state__exact=disagree", "state__exact=disagree", id="a filter"),
        pytest.param("?q=a&q=b", "q=a&q=b", id="question mark, twice the same"),
        pytest.param("fallback__exact=&source=rule", "fallback__exact=&source=rule", id="a blank one stays"),
        pytest.param("q=https://x/#y", "q=https%3A%2F%2Fx%2F%23y", id="an address as a value is a value"),
        pytest.param("q=%22%3E%3Cb%3E", "q=%22%3E%3Cb%3E", id="markup stays escaped"),
        pytest.param("p=7&before=12&e=1&q=a", "q=a", id="places in the list go"),
    ],
)
def test_to_query__parameters_of_a_list__are_kept(text: str, query: str) -> None:
    assert to_query(text) == query


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("?", id="a question mark"),
        pytest.param("p=3", id="a place alone"),
        pytest.param("q=&state=", id="blanks alone"),
        pytest.param("//evil.example", id="another host"),
        pytest.param("//evil.example/?a=b", id="another host with parameters"),
        pytest.param("https://evil.example/?a=b", id="a scheme"),
        pytest.param("javascript:alert(1)//=x", id="a script"),
        pytest.param("/admin/?a=b", id="a path"),
        pytest.param("a=b&c", id="a word that is no parameter"),
        pytest.param("=b", id="no name"),
        pytest.param("&".join(f"a{number}=1" for number in range(101)), id="too many"),
        pytest.param("q=" + "a" * (LONGEST - 1), id="too long"),
        pytest.param("q=" + "/" * (LONGEST // 2), id="too long when escaped"),
    ],
)
def test_to_query__anything_else__is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        to_query(text)

    assert to_query_or_nothing(text) == ""


def test_to_query__the_longest__is_kept() -> None:
    text = "q=" + "a" * (LONGEST - 2)

    assert to_query(text) == text
