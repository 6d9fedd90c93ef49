"""Bank transactions as the clients sent them."""

from django.db import models
from django.db.models import Q

from suggestions.models.clients import Client


class Transaction(models.Model):
    """One bank transaction of one end user of a client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="transactions")
    external_id = models.CharField(max_length=100, help_text="The client's own id of the transaction.")
    user_id = models.CharField(
        max_length=100, blank=True, help_text="The client's own id of its end user; empty when it gave none."
    )
    description = models.CharField(max_length=500)
    amount = models.DecimalField(max_digits=14, decimal_places=2, help_text="Money out is negative.")
    currency = models.CharField(max_length=3)
    date = models.DateField(help_text="The posting date.")
    account = models.CharField(max_length=100, blank=True)
    memo = models.CharField(max_length=500, blank=True)
    category = models.CharField(max_length=100, blank=True, help_text="The category the client sent, if any.")
    feedback_category = models.CharField(
        max_length=100,
        blank=True,
        help_text="The category the end user accepted or corrected to; it outranks the client's.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-id"]
        permissions = [("export_description", "Can export raw descriptions")]
        constraints = [
            models.UniqueConstraint(fields=["client", "external_id"], name="transaction_unique_per_client"),
        ]
        indexes = [
            models.Index(fields=["client", "-date", "-id"], name="transaction_by_date"),
            models.Index(fields=["client", "user_id", "-date"], name="transaction_by_user"),
            models.Index(
                fields=["date", "id"],
                name="transaction_labelled",
                condition=~Q(category="") | ~Q(feedback_category=""),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id

    @property
    def known_category(self) -> str:
        """The category known for this transaction, the end user's word first; empty when none is known."""
        return self.feedback_category or self.category
