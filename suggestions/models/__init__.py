"""The rows of the product, one module for each concern."""

from suggestions.models.challenger import ChallengerAnswer
from suggestions.models.clients import ApiKey, Category, Client
from suggestions.models.events import Fallback, Feedback, Source, State, SuggestionEvent, Verdict
from suggestions.models.evidence import EvidenceCount, EvidenceDay, EvidenceFold, EvidenceHour, StaleHour
from suggestions.models.ramp import RolloutHold, RolloutPolicy, RolloutProposal
from suggestions.models.rollout import Rollout, RolloutChange
from suggestions.models.rules import Rule, RuleSet
from suggestions.models.transactions import LabelSource, Transaction

__all__ = [
    "ApiKey",
    "Category",
    "ChallengerAnswer",
    "Client",
    "EvidenceCount",
    "EvidenceDay",
    "EvidenceFold",
    "EvidenceHour",
    "Fallback",
    "Feedback",
    "LabelSource",
    "Rollout",
    "RolloutChange",
    "RolloutHold",
    "RolloutPolicy",
    "RolloutProposal",
    "Rule",
    "RuleSet",
    "Source",
    "StaleHour",
    "State",
    "SuggestionEvent",
    "Transaction",
    "Verdict",
]
