"""Ask before something is done: a page with a form, never a change on GET."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from console.model_admin import ConsoleAdmin
from console.own_page import page_context


class ReasonForm(forms.Form):
    """Why it is done: what the next person reads in the log; and upon which state of things."""

    reason = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, where the answer goes, and where "Cancel" leads."""

    title: str
    text: str
    button: str
    url: str
    back: str
    suggested_reason: str
    is_danger: bool = False
    seen: str = ""
    """Names what the answer is about, so that it is not taken for another; see `seen_by`."""

    @property
    def initial(self) -> dict[str, str]:
        """Return what the form holds before anybody has written in it."""
        return {"reason": self.suggested_reason, "seen": self.seen}

    def dialog(self, name: str) -> dict[str, object]:
        """Return what the template of a dialog needs."""
        form = ReasonForm(initial=self.initial, auto_id=f"{name}-%s")
        return {"name": name, "question": self, "form": form, "opener": {"data-dialog": name}}


def ask(
    model_admin: ConsoleAdmin, request: HttpRequest, question: Question, act: Callable[[str], HttpResponse]
) -> HttpResponse:
    """Show the question; on a POST that gives a reason, act with it."""
    form = ReasonForm(request.POST or None, initial=question.initial)
    if request.method == "POST" and form.is_valid():
        return act(form.cleaned_data["reason"])
    context = {
        **page_context(model_admin, request, question.title),
        "question": question,
        "form": form,
    }
    return TemplateResponse(request, "console/confirmation.html", context)


def seen_by(request: HttpRequest) -> str:
    """Return the `seen` of the question that was answered, as it was when shown; empty without one."""
    return request.POST.get("seen", "")
