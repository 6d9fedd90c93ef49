"""The routes of the API; every name has a row in the permission table."""

from django.urls import path

from suggestions.api import operations
from suggestions.api.disagreements import DisagreementsCsvView, DisagreementsView
from suggestions.api.evidence import EvidenceView
from suggestions.api.feedback import FeedbackView, OneClickView
from suggestions.api.models import ModelStatusView, PredictView, TrainingRunView, TrainView
from suggestions.api.rollout import RollbackView, RolloutView
from suggestions.api.suggestions import SuggestionsView
from suggestions.api.transactions import TransactionsView

urlpatterns = [
    path("ml/transactions", TransactionsView.as_view(), name="transactions"),
    path("ml/suggestions", SuggestionsView.as_view(), name="suggestions"),
    path("ml/suggestions/feedback", FeedbackView.as_view(), name="feedback"),
    path("ml/suggestions/<str:event_id>/accept", OneClickView.as_view(action="accept"), name="accept"),
    path("ml/suggestions/<str:event_id>/reject", OneClickView.as_view(action="reject"), name="reject"),
    path("ml/v2/model/status", ModelStatusView.as_view(), name="model-status"),
    path("ml/v2/predict", PredictView.as_view(), name="predict"),
    path("ml/v2/train", TrainView.as_view(), name="train"),
    path("ml/v2/train/<int:run_id>", TrainingRunView.as_view(), name="training-run"),
    path("ml/evidence", EvidenceView.as_view(), name="evidence"),
    path("ml/disagreements", DisagreementsView.as_view(), name="disagreements"),
    path("ml/disagreements.csv", DisagreementsCsvView.as_view(), name="disagreements-csv"),
    path("ml/rollout", RolloutView.as_view(), name="rollout"),
    path("ml/rollout/rollback", RollbackView.as_view(), name="rollout-rollback"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
]
