"""PostgreSQL: the embedded server unless DATABASE_URL names one of yours."""

from urllib.parse import parse_qsl, unquote, urlsplit

from . import env
from .storage import HUKOU_DATA_DIR

DATABASE_URL = env.text(
    "DATABASE_URL",
    "",
    "postgresql://user:password@host:port/name of your own PostgreSQL 15 or newer. Empty: the embedded server.",
)


def _from_url(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise env.BadSetting("DATABASE_URL must start with postgresql:// / 必须以 postgresql:// 开头")
    query = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")) or "hukou",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query,
    }


if DATABASE_URL:
    _place = {"ENGINE": "django.db.backends.postgresql", **_from_url(DATABASE_URL)}
else:
    from hukou.embedded.paths import socket_folder

    _place = {
        "ENGINE": "hukou.embedded.backend",
        "EMBEDDED_IN": str(HUKOU_DATA_DIR),
        "NAME": "hukou",
        "USER": "postgres",
        "HOST": str(socket_folder(HUKOU_DATA_DIR)),
        "OPTIONS": {},
    }
# A row that someone else holds longer than this is a conflict to be told, not a page that hangs.
_place["OPTIONS"] = {"options": "-c lock_timeout=10s", **_place["OPTIONS"]}

DATABASES = {
    "default": {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **_place,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
