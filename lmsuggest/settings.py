"""Settings, all from the environment; docs/configuration.md lists every variable."""

import os
from pathlib import Path

import environ
import structlog
from django.core.exceptions import ImproperlyConfigured

from lmsuggest.log_records import without_query
from lmsuggest.unfold import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent

# `make run` writes the installation's own settings here; the environment always wins over the file.
LOCAL_DIR = Path(os.environ.get("LMSUGGEST_HOME") or BASE_DIR / ".local")
ENV_FILE = os.environ.get("LMSUGGEST_ENV_FILE", str(LOCAL_DIR / "env"))
if ENV_FILE and Path(ENV_FILE).is_file():
    environ.Env.read_env(ENV_FILE)

env = environ.Env()

# --- who may reach us ---------------------------------------------------------------------------------
DEBUG = env.bool("DJANGO_DEBUG", default=False)
SECRET_KEY = env.str("DJANGO_SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is not set. On one machine `make run` makes a key; in production set your own."
    )
ALLOWED_HOSTS: list[str] = env.list("DJANGO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("DJANGO_CSRF_TRUSTED_ORIGINS", default=[])
# Plain HTTP is for one machine only: `make run` and the tests set it.
INSECURE_HTTP = env.bool("LMSUGGEST_INSECURE_HTTP", default=False)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked for inside the cluster, by address
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=False) else None
)
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "console",  # its templates go before the theme's
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_celery_beat",
    "django_structlog",
    "axes",
    "csp",
    "rest_framework",
    "rest_framework_api_key",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "audit",
    "mlmodels",
    "suggestions",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lmsuggest.request_records.RequestLog",
    "suggestions.api.middleware.require_length",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "suggestions.api.middleware.without_trailing_slash",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "lmsuggest.request_records.RequestMetrics",
]

ROOT_URLCONF = "lmsuggest.urls"
WSGI_APPLICATION = "lmsuggest.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- database -----------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{LOCAL_DIR / 'lmsuggest.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["OPTIONS"] = {
        # Client-side binding would put descriptions into error messages and the server's log.
        "server_side_binding": True,
        "connect_timeout": 2,
        "options": " ".join(
            f"-c {setting}={value}"
            for setting, value in {
                "statement_timeout": env.str("DATABASE_STATEMENT_TIMEOUT", default="30s"),
                "lock_timeout": env.str("DATABASE_LOCK_TIMEOUT", default="5s"),
                "idle_in_transaction_session_timeout": env.str("DATABASE_IDLE_TIMEOUT", default="60s"),
            }.items()
        ),
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# --- HTTP API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["suggestions.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["suggestions.api.permissions.RoutePermission"],
    "DEFAULT_PARSER_CLASSES": ["suggestions.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "suggestions.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "suggestions.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": False,
    # The schema's page writes its parameter `version` into a header, unless only some versions exist.
    "ALLOWED_VERSIONS": ["0.1.0"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "LM Suggest",
    "DESCRIPTION": "Category suggestions for bank transactions: rules first, a model once it has earned it.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "SourceEnum": "suggestions.models.Source",
        "FallbackEnum": "suggestions.models.Fallback",
        "FeedbackActionEnum": "suggestions.labels.feedback.VERDICTS",
        "RecommendedActionEnum": "suggestions.api.evidence.RECOMMENDED_ACTIONS",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# The admin theme evaluates expressions in its templates (Alpine.js), hence the two unsafe words; nothing
# is ever loaded from another host.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
        "object-src": ["'none'"],
    },
}

# --- Celery -------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True  # a result backend can hang the publisher for as long as Redis does
CELERY_RESULT_EXPIRES = None  # no results, so no task in the schedule that tidies them away
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ROUTES = {"mlmodels.tasks.train": {"queue": "training"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "visibility_timeout": 3600,
}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"

# --- suggestions --------------------------------------------------------------------------------------
# Seeds the canary on first start; "0" forces rules at every start; never raises a live rollout.
SUGGEST_USE_MODEL_CANARY = env.str("SUGGEST_USE_MODEL_CANARY", default="")
# Answers that do not keep the promised precision are then not given: the rules answer instead.
SUGGEST_MODEL_ABSTAINS = env.bool("SUGGEST_MODEL_ABSTAINS", default=False)
SUGGEST_MODEL_MIN_CONFIDENCE = env.float("SUGGEST_MODEL_MIN_CONFIDENCE", default=0.0)
SUGGEST_SHADOW_DEADLINE_MS = env.int("SUGGEST_SHADOW_DEADLINE_MS", default=50)
SUGGEST_SHADOW_DEADLINE_MS_PER_ROW = env.float("SUGGEST_SHADOW_DEADLINE_MS_PER_ROW", default=0.5)
SUGGEST_SHADOW_PERMITS = env.int("SUGGEST_SHADOW_PERMITS", default=2)
# How much a training makes of a known category, by how it came to be known.
SUGGEST_LABEL_WEIGHT_CORRECTED = env.float("SUGGEST_LABEL_WEIGHT_CORRECTED", default=1.0)
SUGGEST_LABEL_WEIGHT_ACCEPTED_MODEL = env.float("SUGGEST_LABEL_WEIGHT_ACCEPTED_MODEL", default=0.7)
SUGGEST_LABEL_WEIGHT_SENT = env.float("SUGGEST_LABEL_WEIGHT_SENT", default=0.6)
SUGGEST_LABEL_WEIGHT_ACCEPTED_RULE = env.float("SUGGEST_LABEL_WEIGHT_ACCEPTED_RULE", default=0.4)

# --- models -------------------------------------------------------------------------------------------
MLMODELS_TRAINING_SOURCE = "suggestions.training_source.data.labelled_examples"
MLMODELS_ACTIVITY_SOURCE = "suggestions.training_source.activity.label_activity"
MLMODELS_DRIFT_SOURCE = "suggestions.training_source.drift.drift_evidence"
MLMODELS_DRIFT_TOLERANCE = env.float("MLMODELS_DRIFT_TOLERANCE", default=0.02)
MLMODELS_TRAIN_ON_DRIFT = env.bool("MLMODELS_TRAIN_ON_DRIFT", default=True)
MLMODELS_TRAIN_AFTER_LABELS = env.int("MLMODELS_TRAIN_AFTER_LABELS", default=0)
# What a version that passes becomes by itself; champion only while there is none.
MLMODELS_AFTER_PASSING = env.str("MLMODELS_AFTER_PASSING", default="champion-if-none")
MLMODELS_AUTO_PROMOTE = env.str("MLMODELS_AUTO_PROMOTE", default="")  # without effect: a check warns of it
MLMODELS_TRAINING_THREADS = env.int("MLMODELS_TRAINING_THREADS", default=2)
# tcp://host:8786: the ranker is fitted by the workers of this Dask scheduler; empty: by the training itself.
MLMODELS_DASK_SCHEDULER = env.str("MLMODELS_DASK_SCHEDULER", default="")
MLMODELS_MIN_TRAINING_EXAMPLES = env.int("MLMODELS_MIN_TRAINING_EXAMPLES", default=200)
MLMODELS_GATE_MIN_F1_MACRO = env.float("MLMODELS_GATE_MIN_F1_MACRO", default=0.72)
MLMODELS_GATE_MIN_CATEGORY_F1 = env.float("MLMODELS_GATE_MIN_CATEGORY_F1", default=0.0)
MLMODELS_GATE_F1_MARGIN = env.float("MLMODELS_GATE_F1_MARGIN", default=0.03)
MLMODELS_GATE_MAX_AGE_DAYS = env.int("MLMODELS_GATE_MAX_AGE_DAYS", default=365)
MLMODELS_KEEP_VERSIONS = env.int("MLMODELS_KEEP_VERSIONS", default=10)
MLMODELS_LEASE_SECONDS = env.int("MLMODELS_LEASE_SECONDS", default=30)

# --- languages, files, logs ---------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "console.formats"
STATIC_URL = "static/"
# An image collects its static files into STATIC_ROOT; on one machine they are served from where they are.
STATIC_ROOT = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
PROMETHEUS_EXPORT_MIGRATIONS = False
PROMETHEUS_LATENCY_BUCKETS = (0.01, 0.05, 0.2, 1.0, 5.0)

# One line of JSON an event; LOG_FORMAT=console for people.
_SHARED_PROCESSORS: list[structlog.types.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    without_query,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "events": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED_PROCESSORS,
            "processor": (
                structlog.dev.ConsoleRenderer(colors=False)
                if env.str("LOG_FORMAT", default="json") == "console"
                else structlog.processors.JSONRenderer()
            ),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "events"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django_structlog": {"level": "WARNING"},  # two lines a request are the access log's business
        "django.request": {"level": "ERROR"},  # a client's 4xx is its own business
    },
}
