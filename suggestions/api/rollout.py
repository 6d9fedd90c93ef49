"""The rollout over HTTP: its state, and the one-click way down."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suggestions.api.authentication import principal_of
from suggestions.api.fields import StrictCharField, StrictSerializer
from suggestions.models import RolloutChange
from suggestions.rollout import read_rollout, roll_back


class RolloutAnswer(serializers.Serializer[object]):
    """The state of the rollout."""

    percentage = serializers.FloatField()
    version = serializers.IntegerField()
    salt = serializers.CharField(help_text="Goes into each user's bucket; docs/rollout.md has the formula.")


class RollbackRequest(StrictSerializer):
    """Why everybody goes back to rules."""

    reason = StrictCharField(max_length=500)


class RolloutView(APIView):
    """The state of the rollout."""

    @extend_schema(responses=RolloutAnswer)
    def get(self, request: Request) -> Response:
        """Answer with percentage, version and salt."""
        return _current_state()


class RollbackView(APIView):
    """Back to rules for everybody."""

    @extend_schema(request=RollbackRequest, responses=RolloutAnswer)
    def post(self, request: Request) -> Response:
        """Set the canary to 0 %; no suggestion that starts after the answer is served by the model."""
        body = RollbackRequest(data=request.data)
        body.is_valid(raise_exception=True)
        user = principal_of(request).user
        roll_back(by=user, reason=body.validated_data["reason"], origin=RolloutChange.Origin.API)
        return _current_state()


def _current_state() -> Response:
    state = read_rollout()
    return Response({"percentage": state.percentage / 100, "version": state.version, "salt": state.salt})
