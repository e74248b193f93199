"""Sessions, passwords, headers."""

import os
import secrets
from pathlib import Path

from . import env
from .storage import HUKOU_DATA_DIR

DEBUG = env.flag("HUKOU_DEBUG", False, "Show tracebacks in the browser. Never on a machine citizens' data is on.")
ALLOWED_HOSTS = env.text(
    "HUKOU_HOSTS", "127.0.0.1,localhost,[::1],testserver", "Host names the site answers to, separated by commas."
).split(",")


def _secret(path: Path) -> str:
    """Make the signing secret once and keep it beside the data; every process of one site reads the same."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return secret


SECRET_KEY = env.text("HUKOU_SECRET_KEY", "", "Signs sessions. Empty: made at first start, kept in the data folder.")
SECRET_KEY = SECRET_KEY or _secret(HUKOU_DATA_DIR / "keys" / "session.secret")

AUTH_USER_MODEL = "accounts.Officer"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# GB/T 22239-2019 8.1.4.1 b: an idle window must lock itself.
SESSION_COOKIE_AGE = 60 * env.number("HUKOU_IDLE_MINUTES", 15, "Minutes without a click after which a session ends.")
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
_https = env.flag("HUKOU_HTTPS", False, "The site is reached by https: mark cookies secure and send HSTS.")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
