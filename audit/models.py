"""The entries of the log, and the head that names the last one."""

import json
from typing import Any, Final

from django.db import models
from django.db.models import Q

from audit.domain.chain import GENESIS, Head, StoredEntry, to_text

LONGEST_REASON: Final = 500


class AuditEntry(models.Model):
    """One thing that was decided: who, when, from, to, why, and the evidence at that moment."""

    class Kind(models.TextChoices):
        PERCENTAGE = "percentage"
        CHAMPION = "champion"
        CHALLENGER = "challenger"
        ARCHIVE = "archive"
        SCHEDULE = "schedule"
        RULE = "rule"
        LABEL = "label"
        POLICY = "policy"
        PROPOSAL = "proposal"
        APPROVAL = "approval"
        HOLD = "hold"
        GUARDRAIL = "guardrail"
        LOG = "log", "the log itself"

    class Origin(models.TextChoices):
        ADMIN = "admin"
        API = "api", "API"
        COMMAND = "command"
        START = "start", "start of the service"
        TRAINING = "training", "training that passed"
        GUARDRAIL = "guardrail"
        SCHEDULE = "schedule"

    sequence = models.BigIntegerField(primary_key=True, help_text="Rises by one with each entry.")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=100, help_text="What it is about: rollout, v12, rule 17.")
    actor = models.CharField(
        max_length=150, blank=True, help_text="Who did it; empty for a command and for the service itself."
    )
    origin = models.CharField(max_length=20, choices=Origin.choices)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    recorded_at = models.DateTimeField()
    content = models.TextField(help_text="The canonical text of all of it, which is what is hashed.")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(
        max_length=64, help_text="SHA-256 of the previous entry's hash, followed by the content."
    )

    class Meta:
        ordering = ["-sequence"]
        verbose_name_plural = "audit entries"
        indexes = [
            # What was decided about one thing: the versions of a rule, the labels of a transaction.
            models.Index(fields=["kind", "subject", "-sequence"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"entry {self.sequence}"

    @property
    def before(self) -> dict[str, Any]:
        """Return what was the case before; empty where there was nothing."""
        return self._part("before")

    @property
    def after(self) -> dict[str, Any]:
        """Return what is the case since; empty where nothing is left."""
        return self._part("after")

    @property
    def evidence(self) -> dict[str, Any]:
        """Return what was known at that moment; empty where nothing was asked for."""
        return self._part("evidence")

    def searched_columns(self) -> dict[str, object]:
        """Return what the columns beside the content say, as the content says it."""
        return {
            "sequence": self.sequence,
            "kind": self.kind,
            "subject": self.subject,
            "actor": self.actor,
            "origin": self.origin,
            "reason": self.reason,
            "recorded_at": to_text(self.recorded_at),
        }

    def to_stored(self) -> StoredEntry:
        """Return the entry as the chain is verified by."""
        return StoredEntry(
            self.sequence, self.content, self.searched_columns(), self.previous_hash, self.hash
        )

    def _part(self, name: str) -> dict[str, Any]:
        # A forged content is for `verify` to report; its page has to open all the same.
        try:
            part = json.loads(self.content)[name]
        except (ValueError, KeyError, TypeError):
            return {}
        return part if isinstance(part, dict) else {}


class AuditHead(models.Model):
    """The one row that names the last entry; locked while another one is appended."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints = [models.CheckConstraint(name="audit_head_single_row", condition=Q(id=1))]

    def to_value(self) -> Head:
        """Return the head as the chain is verified by."""
        return Head(self.sequence, self.hash)
