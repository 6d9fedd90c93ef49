"""The policy of the ramp in the admin: one row, one page."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from console.model_admin import ReadOnlyAdmin
from console.own_page import page_context
from suggestions.admin.rollout.policy_form import PolicyForm
from suggestions.models import RolloutPolicy
from suggestions.ramp.policy import PolicyConflict, read_versioned, save_policy
from suggestions.roles import RAISE_CANARY
from suggestions.rollout import RolloutRefused

PAGE = "admin:suggestions_rolloutpolicy_changelist"


@admin.register(RolloutPolicy)
class RolloutPolicyAdmin(ReadOnlyAdmin):
    """The one row has one page; there is no list, nothing to add and nothing to delete."""

    def get_urls(self) -> list[URLPattern]:
        """Replace the list and the form of the framework by the page."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.page), name="suggestions_rolloutpolicy_changelist"),
            path("<path:object_id>/change/", wrap(self.to_page), name="suggestions_rolloutpolicy_change"),
        ]

    def to_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead links to "the policy's row" to the page."""
        return HttpResponseRedirect(reverse(PAGE))

    def page(self, request: HttpRequest) -> HttpResponse:
        """Show the policy; save a change of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_edit, (policy, version) = request.user.has_perm(RAISE_CANARY), read_versioned()
        if request.method == "POST":
            if not may_edit:
                raise PermissionDenied
            form = PolicyForm(request.POST, policy=policy, version=version)
            if form.is_valid() and self._save(request, form):
                return HttpResponseRedirect(reverse(PAGE))
        else:
            form = PolicyForm(policy=policy, version=version)
        if not may_edit:
            for field in form.fields.values():
                field.disabled = True
        context = {
            **page_context(self, request, "Ramp policy"),
            "form": form,
            "may_edit": may_edit,
        }
        return TemplateResponse(request, "suggestions/policy.html", context)

    def _save(self, request: HttpRequest, form: PolicyForm) -> bool:
        user: Any = request.user
        try:
            save_policy(
                form.policy(),
                by=user,
                reason=form.cleaned_data["reason"],
                origin="admin",
                expected_version=form.cleaned_data["version"],
            )
        except PolicyConflict as refusal:
            form.add_error(None, f"{refusal} Your values stand in the form; save again to write them over.")
            # What was typed stays; only what its editor knows of is another version now.
            data = request.POST.copy()
            data["version"] = str(read_versioned()[1])
            form.data = data
            return False
        except RolloutRefused as refusal:
            form.add_error(None, str(refusal))
            return False
        self.message_user(request, "The policy is in force.", messages.SUCCESS)
        return True
