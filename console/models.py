"""The filters of lists that people saved for themselves or for everybody."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from console.filter_query import LONGEST


class SavedFilters(models.QuerySet["SavedFilter"]):
    """Which of them somebody sees."""

    def seen_by(self, reader: User) -> "SavedFilters":
        """Keep the reader's own and those shared with everybody."""
        return self.filter(Q(owner=reader) | Q(is_shared=True))


class SavedFilter(models.Model):
    """One filter of one list, under the name that its owner gave it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=100, help_text="Name of the page's route in the admin.")
    name = models.CharField(max_length=60)
    query = models.CharField(
        max_length=LONGEST, help_text="Parameters alone; always put behind the page's own address."
    )
    is_shared = models.BooleanField(default=False, help_text="Everybody who may open the page sees it.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedFilters.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("share_savedfilter", "Can share saved filters with everybody")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_name_once"),
        ]
        indexes = [models.Index(fields=["page", "name"], name="saved_filter_page")]

    def __str__(self) -> str:
        return self.name
