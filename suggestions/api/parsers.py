"""Read JSON bodies strictly: bounded, UTF-8, no NaN, no doubled keys, exact decimals."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from suggestions.api.problems import Code, Problem

DEFAULT_LIMIT = 256 * 1024


class StrictJSONParser(BaseParser):
    """Parse application/json; a view states its limit in `max_body_bytes`."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the parsed body.

        Raises:
            Problem: 413 when the body is larger than the view's limit; it is not read further.
            ParseError: the body is no JSON as described above.
        """
        limit = getattr((parser_context or {}).get("view"), "max_body_bytes", DEFAULT_LIMIT)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise Problem(413, Code.TOO_LARGE, f"The body is larger than the limit of {limit:,} bytes.")
        try:
            return json.loads(
                body.decode(),
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_unique_keys,
            )
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except InvalidOperation:
            raise ParseError("The body holds a number with an exponent beyond all measure.") from None
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON: {_explain(error)}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return result


def _explain(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    return str(error)
