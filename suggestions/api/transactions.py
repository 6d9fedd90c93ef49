"""POST and GET /ml/transactions."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.authentication import client_of
from suggestions.api.fields import AmountField, StrictSerializer
from suggestions.api.pagination import IdCursor
from suggestions.domain.text_input import is_storable
from suggestions.domain.transaction_row import FIELDS, ID_LENGTH, NAME_LENGTH, TEXT_LENGTH
from suggestions.intake import RowError, TransactionRow, parse_row, upsert_transactions
from suggestions.models import Transaction

MAX_ROWS = 10_000
MAX_BYTES = 16 * 1024 * 1024


class TransactionBody(serializers.Serializer[object]):
    """One transaction; documents what the intake checks."""

    external_id = serializers.CharField(max_length=ID_LENGTH)
    user_id = serializers.CharField(max_length=ID_LENGTH, required=False, allow_blank=True, allow_null=True)
    description = serializers.CharField(max_length=TEXT_LENGTH)
    amount = AmountField()
    currency = serializers.RegexField("^[A-Za-z]{3}$")
    date = serializers.DateField()
    account = serializers.CharField(max_length=NAME_LENGTH, required=False, allow_blank=True, allow_null=True)
    memo = serializers.CharField(max_length=TEXT_LENGTH, required=False, allow_blank=True, allow_null=True)
    category = serializers.CharField(
        max_length=NAME_LENGTH, required=False, allow_blank=True, allow_null=True
    )


class StoredTransaction(TransactionBody):
    """One transaction as it is known."""

    txn_id = serializers.IntegerField()
    feedback_category = serializers.CharField(allow_blank=True)


class TransactionPage(serializers.Serializer[object]):
    """One page, and the address of the next; null at the end."""

    results = StoredTransaction(many=True)
    next = serializers.CharField(allow_null=True)


class TransactionsRequest(serializers.Serializer[object]):
    """Up to 10,000 transactions."""

    rows = serializers.ListField(child=TransactionBody(), min_length=1, max_length=MAX_ROWS)


class RowErrorAnswer(serializers.Serializer[object]):
    """Why one row was refused."""

    row = serializers.IntegerField(help_text="Its place in the request, from 0.")
    external_id = serializers.CharField(allow_null=True)
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class StoredRow(serializers.Serializer[object]):
    """The id of a row that was kept."""

    external_id = serializers.CharField()
    txn_id = serializers.IntegerField()


class TransactionsAnswer(serializers.Serializer[object]):
    """What became of the rows."""

    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    rows = StoredRow(many=True)
    errors = RowErrorAnswer(many=True)  # type: ignore[assignment]  # the contract's name


class TransactionFilter(StrictSerializer):
    """Which transactions to list."""

    user_id = serializers.CharField(required=False, max_length=ID_LENGTH)
    external_id = serializers.CharField(required=False, max_length=ID_LENGTH)
    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)
    category = serializers.CharField(required=False, max_length=NAME_LENGTH)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    cursor = serializers.CharField(required=False, max_length=200)


class TransactionsView(APIView):
    """The client's transactions."""

    max_body_bytes = MAX_BYTES

    @extend_schema(request=TransactionsRequest, responses={200: TransactionsAnswer, 422: TransactionsAnswer})
    def post(self, request: Request) -> Response:
        """Insert or update by external id; bad rows are listed, good rows kept; 422 when none was good."""
        rows: list[TransactionRow] = []
        errors: list[dict[str, object]] = []
        for index, row in enumerate(_rows_of(request.data)):
            try:
                rows.append(_parse(row))
            except RowError as error:
                errors.append(_to_error(index, row, error))
        result = upsert_transactions(client_of(request), rows)
        stored = [{"external_id": name, "txn_id": pk} for name, pk in result.ids.items()]
        answer = {"created": result.created, "updated": result.updated, "rows": stored, "errors": errors}
        return Response(answer, status=200 if rows else 422)

    @extend_schema(parameters=[TransactionFilter], responses=TransactionPage)
    def get(self, request: Request) -> Response:
        """List transactions, newest first, a page at a time: follow `next`."""
        query = TransactionFilter(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        transactions = Transaction.objects.filter(
            client=client_of(request), **_conditions(query.validated_data)
        )
        paginator = IdCursor()
        page = paginator.paginate_queryset(transactions, request, view=self)
        results = StoredTransaction([_to_answer(row) for row in page or []], many=True).data
        return Response({"results": results, "next": paginator.get_next_link()})


def _rows_of(body: Any) -> list[Any]:
    rows = body.get("rows") if isinstance(body, Mapping) else body
    if not isinstance(rows, list):
        raise serializers.ValidationError({"rows": 'Must be a list: {"rows": [{…}, …]}.'})
    if isinstance(body, Mapping) and len(body) > 1:
        name = next(name for name in body if name != "rows")
        raise serializers.ValidationError({str(name)[:50]: "Unknown field; the only field is rows."})
    if not rows:
        raise serializers.ValidationError({"rows": "Must hold at least one transaction."})
    if len(rows) > MAX_ROWS:
        raise serializers.ValidationError(
            {"rows": f"Has {len(rows):,} rows; the limit is {MAX_ROWS:,} in one request."},
            code="too_many_rows",
        )
    return rows


def _parse(row: object) -> TransactionRow:
    if not isinstance(row, Mapping):
        raise RowError("", "invalid", "must be an object")
    return parse_row(row)


def _to_error(index: int, row: object, error: RowError) -> dict[str, object]:
    external_id = row.get("external_id") if isinstance(row, Mapping) else None
    shown = str(external_id) if isinstance(external_id, str | int) and error.field != "external_id" else ""
    is_fit = 0 < len(shown) <= ID_LENGTH and is_storable(shown)
    return {
        "row": index,
        "external_id": shown if is_fit else None,
        "field": error.field,
        "code": error.code,
        "detail": error.detail,
    }


def _conditions(query: Mapping[str, Any]) -> dict[str, Any]:
    lookups = {
        "user_id": "user_id",
        "external_id": "external_id",
        "date_from": "date__gte",
        "date_to": "date__lte",
        "category": "category",
    }
    return {lookup: query[name] for name, lookup in lookups.items() if name in query}


def _to_answer(row: Transaction) -> dict[str, object]:
    known = {name: getattr(row, name) for name in FIELDS}
    return {"txn_id": row.pk, "feedback_category": row.feedback_category} | known
