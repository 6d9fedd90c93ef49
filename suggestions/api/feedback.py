"""What end users say to suggestions."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.authentication import client_of
from suggestions.api.fields import CategoryField, IdField, StrictCharField, StrictSerializer
from suggestions.api.problems import Code, Problem
from suggestions.domain.ids import parse_id
from suggestions.labels.feedback import (
    VERDICTS,
    Action,
    ContradictoryFeedback,
    EventNotFound,
    RecordedFeedback,
    record_feedback,
)


class FeedbackRequest(StrictSerializer):
    """A verdict on one suggestion: on an event, or on the latest event of a transaction."""

    event_id = IdField(required=False)
    txn_id = IdField(required=False)
    action = serializers.ChoiceField(choices=list(VERDICTS))
    label = CategoryField(required=False, allow_blank=True, default="")  # type: ignore[assignment]  # likewise
    reason = StrictCharField(required=False, allow_blank=True, default="", max_length=500)

    def validate(self, attrs: Any) -> Any:
        """Require exactly one of the two ids."""
        if ("event_id" in attrs) == ("txn_id" in attrs):
            raise serializers.ValidationError({"event_id": "Give either event_id or txn_id."})
        return attrs


class ReasonRequest(StrictSerializer):
    """Why, if the user said so."""

    reason = StrictCharField(required=False, allow_blank=True, default="", max_length=500)


class FeedbackAnswer(serializers.Serializer[object]):
    """The verdict that now counts."""

    feedback_id = serializers.IntegerField()
    event_id = serializers.IntegerField()
    txn_id = serializers.IntegerField()
    action = serializers.ChoiceField(choices=list(VERDICTS))
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # the contract's name
    reason = serializers.CharField(allow_blank=True)
    supersedes = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class FeedbackView(APIView):
    """Record a verdict; the latest counts, the history stays."""

    @extend_schema(request=FeedbackRequest, responses={200: FeedbackAnswer, 201: FeedbackAnswer})
    def post(self, request: Request) -> Response:
        """Answer 201, or 200 when the same verdict counts already."""
        body = FeedbackRequest(data=request.data)
        body.is_valid(raise_exception=True)
        return _record(request, **body.validated_data)


class OneClickView(APIView):
    """Accept or reject a suggestion by its address; sending it twice changes nothing."""

    action: Action = "accept"

    @extend_schema(request=ReasonRequest, responses={200: FeedbackAnswer, 201: FeedbackAnswer})
    def post(self, request: Request, event_id: str) -> Response:
        """Answer 201, or 200 when the same verdict counts already."""
        body = ReasonRequest(data=request.data)
        body.is_valid(raise_exception=True)
        number = parse_id(event_id)
        if number is None:
            raise NotFound("There is no such suggestion.")
        return _record(request, action=self.action, event_id=number, **body.validated_data)


def _record(
    request: Request,
    *,
    action: Action,
    event_id: int | None = None,
    txn_id: int | None = None,
    label: str = "",
    reason: str = "",
) -> Response:
    try:
        recorded = record_feedback(
            client_of(request),
            event_id=event_id,
            transaction_id=txn_id,
            action=action,
            label=label,
            reason=reason,
        )
    except EventNotFound:
        raise NotFound("There is no such suggestion.") from None
    except ContradictoryFeedback as error:
        raise Problem(422, Code.CONTRADICTORY_FEEDBACK, str(error)) from None
    code = status.HTTP_201_CREATED if recorded.is_new else status.HTTP_200_OK
    return Response(_to_answer(recorded, action), status=code)


def _to_answer(recorded: RecordedFeedback, action: Action) -> dict[str, object]:
    feedback = recorded.feedback
    return {
        "feedback_id": feedback.pk,
        "event_id": feedback.event_id,
        "txn_id": feedback.event.transaction_id,
        "action": action,
        "label": feedback.category,
        "reason": feedback.reason,
        "supersedes": recorded.supersedes_id,
        "created_at": feedback.created_at,
    }
