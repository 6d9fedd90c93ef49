"""The admin's theme: names, colours, and a sidebar that shows what its reader may open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy

EVENTS = "admin:suggestions_suggestionevent_changelist"
DISAGREEMENTS = "admin:suggestions_suggestionevent_disagreements"
TRANSACTIONS = "admin:suggestions_transaction_changelist"
PLAYGROUND = "admin:suggestions_transaction_playground"
RULES = "admin:suggestions_rule_changelist"
SUGGESTED = "admin:suggestions_rule_suggested"


def _asset(name: str) -> Callable[[HttpRequest], str]:
    return lambda _request: static(name)


def _item(title: str, icon: str, route: str, permission: str, **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(route),
        "permission": lambda request: request.user.has_perm(permission),
    } | more


def _list(title: str, icon: str, model: str, **more: Any) -> dict[str, Any]:
    app, name = model.split(".")
    return _item(title, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}", **more)


def _is_at_disagreements(request: HttpRequest) -> bool:
    return request.path.startswith(str(reverse_lazy(DISAGREEMENTS)))


def _is_at_events(request: HttpRequest) -> bool:
    return request.path.startswith(str(reverse_lazy(EVENTS))) and not _is_at_disagreements(request)


def _is_at_transactions(request: HttpRequest) -> bool:
    return _is_below(request, TRANSACTIONS) and not _is_below(request, PLAYGROUND)


def _is_at_rules(request: HttpRequest) -> bool:
    return _is_below(request, RULES) and not _is_below(request, SUGGESTED)


def _is_below(request: HttpRequest, route: str) -> bool:
    return request.path.startswith(str(reverse_lazy(route)))


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "LM Suggest",
    "SITE_HEADER": "LM Suggest",
    "SITE_SUBHEADER": "Categories for transactions",
    "SITE_SYMBOL": "category",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("console/favicon.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "suggestions.admin.home.dashboard.add_state",
    "STYLES": [_asset("console/console.css")],
    "SCRIPTS": [_asset("console/console.js"), _asset("console/keyboard.js")],
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {"title": "Home", "icon": "home", "link": reverse_lazy("admin:index")},
                    _list("Rollout", "tune", "suggestions.rollout"),
                    _list(
                        "Disagreements",
                        "compare_arrows",
                        "suggestions.suggestionevent",
                        link=reverse_lazy(DISAGREEMENTS),
                        active=_is_at_disagreements,
                    ),
                    _list("Change log", "history", "suggestions.rolloutchange"),
                    _list("Audit log", "verified_user", "audit.auditentry"),
                ],
            },
            {
                "title": "Suggestions",
                "separator": True,
                "items": [
                    _list("Suggestions", "lightbulb", "suggestions.suggestionevent", active=_is_at_events),
                    _list("Feedback", "thumbs_up_down", "suggestions.feedback"),
                    _list(
                        "Transactions",
                        "receipt_long",
                        "suggestions.transaction",
                        active=_is_at_transactions,
                    ),
                    _item("Playground", "science", PLAYGROUND, "suggestions.view_transaction"),
                    _list("Rules", "rule", "suggestions.rule", active=_is_at_rules),
                    _item("Suggested rules", "tips_and_updates", SUGGESTED, "suggestions.view_rule"),
                    _list("Categories", "sell", "suggestions.category"),
                ],
            },
            {
                "title": "Models",
                "separator": True,
                "items": [
                    _list("Versions", "deployed_code", "mlmodels.modelversion"),
                    _list("Training runs", "model_training", "mlmodels.trainingrun"),
                    _list("Champion log", "trophy", "mlmodels.championchange"),
                    _list("Schedule", "schedule", "django_celery_beat.periodictask"),
                ],
            },
            {
                "title": "Administration",
                "separator": True,
                "items": [
                    _list("Clients", "apps", "suggestions.client"),
                    _list("API keys", "key", "suggestions.apikey"),
                    _list("People", "person", "auth.user"),
                    _list("Groups", "group", "auth.group"),
                    _list("Failed logins", "lock_person", "axes.accessattempt"),
                ],
            },
        ],
    },
}
