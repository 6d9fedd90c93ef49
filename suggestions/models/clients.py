"""Who calls: clients, their categories, and the keys of clients and staff."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from rest_framework_api_key.models import AbstractAPIKey


class Client(models.Model):
    """An application that owns the transactions it sent."""

    name = models.CharField(max_length=100, unique=True)
    is_active = models.BooleanField(default=True, help_text="An inactive client's keys are refused at once.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """One category a client has used; the model suggests a client only categories it knows."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="categories")
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True, help_text="An inactive category is never suggested.")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="category_unique_per_client")]

    def __str__(self) -> str:
        return self.name


class ApiKey(AbstractAPIKey):
    """A key of either a client or a member of staff; stored hashed, shown once."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, blank=True, related_name="keys")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="api_keys"
    )

    class Meta(AbstractAPIKey.Meta):
        abstract = False
        verbose_name = "API key"
        constraints = [
            models.CheckConstraint(
                name="api_key_has_one_owner",
                condition=Q(client__isnull=False, user__isnull=True)
                | Q(client__isnull=True, user__isnull=False),
                violation_error_message="A key belongs to a client or to a member of staff: choose one.",
            )
        ]
