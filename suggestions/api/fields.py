"""Strict building blocks of the serializers: no unknown fields, no ids that only look like ids."""

from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from suggestions.domain.ids import parse_id
from suggestions.domain.text_input import is_storable
from suggestions.domain.transaction_row import NAME_LENGTH, RowError, parse_amount

MAX_IDS = 500
_ID_SCHEMA: Final = {
    "oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"}]
}


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that refuses fields it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields, then do what any serializer does."""
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                shown = unknown[0][:50] if is_storable(unknown[0]) else "?"
                raise serializers.ValidationError(
                    {shown: [f"Unknown field; the fields are {', '.join(self.fields)}."]},
                    code="unknown_field",
                )
        return super().to_internal_value(data)


@extend_schema_field(_ID_SCHEMA)
class IdField(serializers.Field[int, Any, int, int]):
    """An id: a JSON integer, or a string of ASCII digits."""

    default_error_messages = {"invalid": "Must be a whole number from 1 to 9223372036854775807."}

    def to_internal_value(self, data: Any) -> int:
        """Return the id; `true`, `1.0` and full-width digits are none."""
        value = parse_id(data)
        if value is None:
            self.fail("invalid")
        return value

    def to_representation(self, value: int) -> int:
        """Return the id as it is."""
        return value


@extend_schema_field({"type": "array", "minItems": 1, "maxItems": MAX_IDS, "items": _ID_SCHEMA})
class IdListField(serializers.Field[list[int], Any, list[int], list[int]]):
    """1 to 500 ids."""

    default_error_messages = {
        "not_a_list": "Must be a list of transaction ids.",
        "empty": "Must name at least one transaction id.",
        "too_many_ids": "Has {count:,} ids; the limit is {limit} in one request.",
        "invalid": "Item {index}: must be a whole number from 1 to 9223372036854775807.",
    }

    def to_internal_value(self, data: Any) -> list[int]:
        """Return the ids, all of them valid."""
        if not isinstance(data, list):
            self.fail("not_a_list")
        if not data:
            self.fail("empty")
        if len(data) > MAX_IDS:
            self.fail("too_many_ids", count=len(data), limit=MAX_IDS)
        ids = []
        for index, item in enumerate(data):
            value = parse_id(item)
            if value is None:
                self.fail("invalid", index=index)
            ids.append(value)
        return ids

    def to_representation(self, value: list[int]) -> list[int]:
        """Return the ids as they are."""
        return value


class StrictIntegerField(serializers.IntegerField):
    """A whole number that is neither `true` nor `1.0` nor a string."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse everything but a JSON integer."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictCharField(serializers.CharField):
    """Text that is text: numbers and booleans are refused."""

    def to_internal_value(self, data: Any) -> str:
        """Refuse everything but a JSON string."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class CategoryField(StrictCharField):
    """A category's name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_LENGTH, **kwargs)


@extend_schema_field(
    {"oneOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d{1,2})?$"}]}
)
class AmountField(serializers.Field[Any, Any, Any, Any]):
    """An amount of money with at most two decimals."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the amount as a Decimal."""
        try:
            return parse_amount(data)
        except RowError as error:
            raise serializers.ValidationError(error.detail, code=error.code) from None

    def to_representation(self, value: Any) -> str:
        """Return the amount as text, so that no client rounds it."""
        return str(value)
