"""GET /ml/disagreements and /ml/disagreements.csv."""

from dataclasses import asdict

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.authentication import may_read_descriptions, principal_of
from suggestions.api.fields import StrictSerializer
from suggestions.api.pagination import IdCursor
from suggestions.domain.ids import MAX_ID
from suggestions.domain.transaction_row import NAME_LENGTH, TEXT_LENGTH
from suggestions.inspection.disagreements import (
    DisagreementFilter,
    find_disagreements,
    in_blocks,
    to_csv,
    to_disagreement,
)


class DisagreementQuery(StrictSerializer):
    """Which disagreements."""

    date_from = serializers.DateField(required=False)
    date_to = serializers.DateField(required=False)
    category = serializers.CharField(required=False, max_length=NAME_LENGTH)
    rule_category = serializers.CharField(required=False, max_length=NAME_LENGTH)
    model_category = serializers.CharField(required=False, max_length=NAME_LENGTH)
    merchant = serializers.CharField(required=False, max_length=TEXT_LENGTH)
    merchant_key = serializers.CharField(required=False, max_length=TEXT_LENGTH)
    is_merchant_seen = serializers.BooleanField(required=False)
    min_confidence = serializers.FloatField(required=False, min_value=0, max_value=1)
    model_version = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    client = serializers.CharField(required=False, max_length=NAME_LENGTH)


class DisagreementPageQuery(DisagreementQuery):
    """Which disagreements, and which page of them."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    cursor = serializers.CharField(required=False, max_length=200)


class DisagreementAnswer(serializers.Serializer[object]):
    """One disagreement; the description is empty for those who may not export it."""

    event_id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    client = serializers.CharField()
    txn_id = serializers.IntegerField()
    user_id = serializers.CharField()
    description = serializers.CharField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    rule_category = serializers.CharField()
    model_category = serializers.CharField()
    model_confidence = serializers.FloatField(allow_null=True)
    model_version = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # the contract's name
    known_category = serializers.CharField()


class DisagreementPage(serializers.Serializer[object]):
    """One page, and the address of the next; null at the end."""

    results = DisagreementAnswer(many=True)
    next = serializers.CharField(allow_null=True)


class CsvRenderer(JSONRenderer):
    """Let a client ask for text/csv; the view itself streams it, and only its errors are rendered."""

    media_type = "text/csv"
    format = "csv"


class DisagreementsView(APIView):
    """Suggestions on which rules and model disagreed."""

    @extend_schema(parameters=[DisagreementPageQuery], responses=DisagreementPage)
    def get(self, request: Request) -> Response:
        """List them, newest first, a page at a time: follow `next`."""
        query = DisagreementPageQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        wanted = {
            name: value for name, value in query.validated_data.items() if name not in ("limit", "cursor")
        }
        reads_texts = may_read_descriptions(principal_of(request))
        paginator = IdCursor()
        page = paginator.paginate_queryset(
            find_disagreements(DisagreementFilter(**wanted, reads_texts=reads_texts)), request, view=self
        )
        results = [asdict(to_disagreement(event, is_redacted=not reads_texts)) for event in page or []]
        return Response({"results": results, "next": paginator.get_next_link()})


class DisagreementsCsvView(APIView):
    """The same as a file."""

    renderer_classes = [CsvRenderer, JSONRenderer]

    @extend_schema(parameters=[DisagreementQuery], responses={(200, "text/csv"): OpenApiResponse(str)})
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream all of them as CSV, safe to open in a spreadsheet."""
        query = DisagreementQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        reads_texts = may_read_descriptions(principal_of(request))
        lines = to_csv(
            find_disagreements(DisagreementFilter(**query.validated_data, reads_texts=reads_texts)),
            is_redacted=not reads_texts,
        )
        headers = {"Content-Disposition": 'attachment; filename="disagreements.csv"'}
        return StreamingHttpResponse(
            in_blocks(lines), content_type="text/csv; charset=utf-8", headers=headers
        )
