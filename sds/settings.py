"""Settings, read from the environment. Three modes, named by SDS_MODE:

demo (the default: SQLite, filesystem broker, plain http on loopback), test, and production
(PostgreSQL, Redis, https). DEBUG is off in all three. Production refuses to start with an open
door, or without knowing its proxies and its cache.
"""

from pathlib import Path

import environ
import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cases.common.logs import redact
from sds.cache_settings import in_redis, in_tables

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env("SDS_MODE", default="demo")
if MODE not in ("demo", "test", "production"):
    raise ImproperlyConfigured(f"SDS_MODE is {MODE!r}; it must be demo, test or production.")
PRODUCTION = MODE == "production"
DATA_DIR = Path(env("SDS_DATA_DIR", default=str(BASE_DIR / ".data")))
BUILD_DIR = BASE_DIR / ".build"

DEBUG = False
DEFAULT_SECRET = "only-for-demo-and-tests-never-for-people"
SECRET_KEY = env("SECRET_KEY", default=DEFAULT_SECRET)
_hosts = [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_hosts)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION:
    if SECRET_KEY == DEFAULT_SECRET or len(SECRET_KEY) < 40:
        raise ImproperlyConfigured(
            "SECRET_KEY must be set to 40 or more random characters in production."
        )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the site's hosts in production, without wildcards."
        )

# How many proxies stand in front, each adding to X-Forwarded-For the address that it saw. One too
# few, and all people share an address; one too many, and anybody may choose theirs. So production
# does not guess (cases/signin/front_door.py).
_proxies = env("TRUSTED_PROXY_COUNT", default="" if PRODUCTION else "0")
if not _proxies.isdecimal():
    raise ImproperlyConfigured(
        "TRUSTED_PROXY_COUNT must say how many proxies stand in front, such as 1."
    )
ALLAUTH_TRUSTED_PROXY_COUNT = int(_proxies)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = (
    False  # its own way of reading the address would believe anybody
)

SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
SOURCE_URL = env("SOURCE_URL", default="")  # where users of a changed version find its source

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "crispy_forms",
    "django_filters",
    "allauth",
    "allauth.account",
    "axes",
    "django_structlog",
    "cases",
    "budgets",
    "poet",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "cases.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cases.signin.short_sessions.end_short_stays",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cases.signin.known_browser.middleware",
    "cases.middleware.no_page_lost",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "cases.middleware.saying_no",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sds.urls"
WSGI_APPLICATION = "sds.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "cases.views.page_context.page",
            ],
        },
    }
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'sds.sqlite3'}")}
_db = DATABASES["default"]
if "sqlite" in _db["ENGINE"]:
    if PRODUCTION:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database in production.")
    # IMMEDIATE takes the write lock at BEGIN, so two clicks at once queue instead of failing
    # half-way.
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        # One journey has more than the 128 different statements that are kept ready by default.
        "cached_statements": 1000,
    }
    # Shared-cache memory locks at once under threads; a file with WAL gives one winner.
    _db["TEST"] = {"NAME": env("SDS_TEST_DB", default=str(DATA_DIR / "test.sqlite3"))}
else:
    _db["CONN_MAX_AGE"] = 60
    _db["CONN_HEALTH_CHECKS"] = True
    # A database that can't be reached is an answer (503) after seconds, before the web server ends
    # its worker.
    _db["OPTIONS"] = {
        "options": "-c statement_timeout=10000 -c lock_timeout=5000",
        "connect_timeout": 3,
    }
    if env.bool("SDS_LONG_STATEMENTS", default=False):
        _db["OPTIONS"] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_broker_url = env("CELERY_BROKER_URL", default="filesystem://localhost//")
CACHES = in_redis(env("CACHE_URL", default=""), _broker_url) if PRODUCTION else in_tables()
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cases.views.errors.csrf_failure"

AUTH_USER_MODEL = "cases.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Hashing slowly is for people's passwords; a suite that signs in thousands of times has none of
# them.
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "cases:home"
LOGOUT_REDIRECT_URL = "cases:start"
ACCOUNT_ADAPTER = "cases.signin.account_adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
# allauth takes the password off the sign-in page too where this does not name it; nobody can sign
# up.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"request_login_code": "cases.forms.sign_in.AskCodeForm"}
# Guessing is slowed by cases/signin/front_door.py alone. What the library still limits by address,
# which may be a whole council's on the morning when all choose a password, is here; the rest counts
# by who is signed in.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "request_login_code": None,
    "reset_password": "300/m/ip,5/m/key",
    "reset_password_from_key": "300/m/ip",
    "signup": "300/m/ip",
}
AXES_HANDLER = "cases.signin.front_door.Handler"
AXES_CLIENT_IP_CALLABLE = "cases.signin.front_door.client_address"
AXES_LOCKOUT_CALLABLE = "cases.signin.front_door.locked_out"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = 1
AXES_VERBOSE, AXES_ENABLED = False, MODE != "test"

EMAIL_BACKEND = env(
    "EMAIL_BACKEND",
    default="cases.letters.smtp.Backend"
    if PRODUCTION
    else "django.core.mail.backends.console.EmailBackend",
)
EMAIL_FILE_PATH = env("EMAIL_FILE_PATH", default=str(DATA_DIR / "mail"))
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured(
        "Set EMAIL_USE_TLS (STARTTLS) or EMAIL_USE_SSL (TLS from the start), not both."
    )
# Seconds for each answer of the mail server: the jobs can wait, somebody at the sign-in page can't.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=60)
EMAIL_TIMEOUT_SIGN_IN = env.int("EMAIL_TIMEOUT_SIGN_IN", default=5)
for _name, _seconds in (
    ("EMAIL_TIMEOUT", EMAIL_TIMEOUT),
    ("EMAIL_TIMEOUT_SIGN_IN", EMAIL_TIMEOUT_SIGN_IN),
):
    if not 0 < _seconds <= 600:
        raise ImproperlyConfigured(f"{_name} is {_seconds}; it must be 1 to 600 seconds.")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="no-reply@localhost")

# A function (number, words) that hands a text to a gateway and returns at once; "" where the
# council has none.
TEXT_GATEWAY = env(
    "TEXT_GATEWAY",
    default={
        "demo": "cases.letters.sms.to_console",
        "test": "cases.letters.sms.keep_in_memory",
    }.get(MODE, ""),
)
# Where "Exit quickly" leads: a page that anybody might have open.
EXIT_URL = env("EXIT_URL", default="https://www.bbc.co.uk/weather")
CODE_IDLE_SECONDS = 20 * 60  # a sign-in by code may be on a borrowed device

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# Folders with fonts for PDFs beside the system's: for scripts that those lack.
LETTER_FONTS = env.list("SDS_LETTER_FONTS", default=[])

STATIC_URL = "/static/"
STATIC_ROOT = BUILD_DIR / "staticfiles"
STATICFILES_DIRS = [("", BASE_DIR / "static")] + (
    [("govuk", BUILD_DIR / "govuk")] if (BUILD_DIR / "govuk").exists() else []
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = MODE == "test"

CRISPY_ALLOWED_TEMPLATE_PACKS = ("govuk",)
CRISPY_TEMPLATE_PACK = "govuk"
FILTERS_EMPTY_CHOICE_LABEL = "Any"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

_broker_dir = DATA_DIR / "broker"
CELERY_BROKER_URL = _broker_url
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("queue", "control"):
        (_broker_dir / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT = "sds.broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "queue"),
        "data_folder_out": str(_broker_dir / "queue"),
        "control_folder": str(_broker_dir / "control"),
        "polling_interval": 0.1,
    }
else:
    # The queue is a doorbell: a frozen Redis may cost a second, never a request.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 1,
        "socket_connect_timeout": 1,
        "visibility_timeout": 3600,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 330
# Sending has a queue and a worker of its own: a slow mail server holds up no deadline. A round
# begins no message after SEND_ROUND seconds; the one it is at then has four slow answers of time.
CELERY_TASK_ROUTES = {"cases.tasks.send_messages": {"queue": "mail"}}
SEND_ROUND = 60
SEND_LIMIT = max(CELERY_TASK_SOFT_TIME_LIMIT, SEND_ROUND + 4 * EMAIL_TIMEOUT)
CELERY_TASK_ANNOTATIONS = {
    "cases.tasks.send_messages": {"soft_time_limit": SEND_LIMIT, "time_limit": SEND_LIMIT + 30}
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
SWEEP_SECONDS = env.int("SDS_SWEEP_SECONDS", default=60)
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": max(seconds - 1, 1)}}
    for name, task, seconds in (
        ("sweep", "cases.tasks.sweep", SWEEP_SECONDS),
        ("send messages", "cases.tasks.send_messages", SWEEP_SECONDS),
        ("drain the figures", "cases.tasks.drain", min(SWEEP_SECONDS, 10)),
        ("invite to the survey", "poet.tasks.invite", SWEEP_SECONDS),
        ("keep what takes long to count", "poet.tasks.keep", 5 * SWEEP_SECONDS),
        ("publish what people say", "poet.tasks.publish", 5 * SWEEP_SECONDS),
        ("see how money stands", "budgets.tasks.stand", SWEEP_SECONDS),
        ("compare the books of money", "budgets.tasks.check_money", 5 * SWEEP_SECONDS),
    )
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,
        redact,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
