"""Changes of rules in the admin: none without its entry in the audit log."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from audit.log import LogUnavailable, Origin
from console.model_admin import ConsoleAdmin
from suggestions.models import Rule
from suggestions.rules.log import record_rule

REFUSAL: Final = "refusal"
"""The attribute of a request and of its form that says why nothing can be saved now."""


class LoggedRules(ConsoleAdmin):
    """Save and delete rules together with the entries that say so; neither without the other."""

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        """Save the rule and record it with the reason that the form gives."""
        before = Rule.objects.select_for_update().get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        after = Rule.objects.get(pk=obj.pk)
        record_rule(before, after, **_by(request), reason=form.cleaned_data.get("reason", ""))

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        """Delete the rule and record it."""
        self.delete_queryset(request, Rule.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        """Delete rules and record each of them, as it was at that moment."""
        chosen = list(queryset.order_by("pk").values_list("pk", flat=True))
        with transaction.atomic():
            rules = list(Rule.objects.select_for_update().order_by("pk").filter(pk__in=chosen))
            Rule.objects.filter(pk__in=chosen).delete()
            for rule in rules:
                record_rule(rule, None, **_by(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Let the form refuse what could not be logged a moment ago."""
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, REFUSAL, "")
        named = {"__module__": form.__module__, REFUSAL: refusal}
        return type(form)(form.__name__, (form,), named) if refusal else form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so when a change cannot be logged, above the form with what was typed in."""
        try:
            answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
        except LogUnavailable as error:
            setattr(request, REFUSAL, f"Not done: {error}.")
            answer = super().changeform_view(request, *args, **kwargs)
        return answer

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so when a deletion cannot be logged."""
        return self._logged(request, lambda: super(LoggedRules, self).delete_view(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so when the deletion of several cannot be logged."""
        return self._logged(
            request, lambda: super(LoggedRules, self).changelist_view(request, *args, **kwargs)
        )

    def _logged(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return view()
        except LogUnavailable as error:
            self.message_user(request, f"Not done: {error}.", messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.user, "origin": Origin.ADMIN}
