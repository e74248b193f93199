"""What is installed, in the order of the layers, and how a request passes through."""

from .storage import BASE_DIR

DJANGO_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]
THIRD_PARTY_APPS = [
    "channels",
    "django_htmx",
    "viewflow",
    "viewflow.workflow",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
]
HOUSE_APPS = [
    "hukou.accounts",
    "hukou.registry",
    "hukou.catalogue",
    "hukou.calendar",
    "audit.trail",
    "audit.outbox",
    "audit.alerts",
    "audit.statistics",
    "audit.inspection",
    "audit.circulars",
    "capture.stations",
    "capture.sessions",
    "workflows.cases",
    "workflows.papers",
    "workflows.seals",
    "workflows.archive",
    "workflows.volumes",
    "workflows.approvals",
    "workflows.figures",
    "hukou.console",
    "hukou.console.oversight.wall",
]
INSTALLED_APPS = DJANGO_APPS + THIRD_PARTY_APPS + HOUSE_APPS

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hukou.console.headers.ContentSecurityPolicy",
    "hukou.console.assets.StaticFiles",
    "hukou.console.idle.IdleSessions",
    "hukou.console.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hukou.console.acting.ActingMiddleware",
    "hukou.console.refusals.RefusalMiddleware",
    "hukou.console.looking.LookingMiddleware",
    "hukou.console.ukey.RehearsalMiddleware",
]
ROOT_URLCONF = "hukou.urls"
ASGI_APPLICATION = "hukou.asgi.application"
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
                "django.template.context_processors.i18n",
                "hukou.console.header.header",
                "hukou.console.ukey.context",
            ]
        },
    }
]
SILENCED_SYSTEM_CHECKS: list[str] = []
