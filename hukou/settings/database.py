"""PostgreSQL: the embedded server unless DATABASE_URL names one of yours."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from . import env
from .storage import HUKOU_DATA_DIR

DATABASE_URL = env.text(
    "DATABASE_URL",
    "",
    "postgresql://user:password@host:port/name of your own PostgreSQL 15 or newer. Empty: the embedded server.",
)
DATABASE_OWNER_URL = env.text(
    "DATABASE_OWNER_URL",
    "",
    "The same database as its owner or a superuser, for `manage.py migrate` only. DATABASE_URL then names an account "
    "that is a member of hukou_app. Empty: DATABASE_URL does both.",
)
DATABASE_CONNECTIONS = env.number("HUKOU_DATABASE_CONNECTIONS", 12, "The most connections one process opens at once.")


def _from_url(url: str) -> dict[str, Any]:
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
    _place: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", **_from_url(DATABASE_URL)}
else:
    from hukou.embedded import server
    from hukou.embedded.paths import socket_folder

    _place = {
        "ENGINE": "hukou.embedded.backend",
        "EMBEDDED_IN": str(HUKOU_DATA_DIR),
        "NAME": server.DATABASE,
        "USER": server.APPLICATION,
        "HOST": str(socket_folder(HUKOU_DATA_DIR)),
        "OPTIONS": {},
    }
_options = _place.pop("OPTIONS")

HUKOU_DATABASE_OWNER: dict[str, str] = {}
"""Where `migrate` connects, as far as it differs from `DATABASES`."""
if not DATABASE_URL:
    HUKOU_DATABASE_OWNER = {"USER": server.SUPERUSER}
elif DATABASE_OWNER_URL:
    _owner = _from_url(DATABASE_OWNER_URL)
    HUKOU_DATABASE_OWNER = {key: _owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}

DATABASES = {
    "default": {
        **_place,
        # Under ASGI every request has a thread of its own, so connections are kept in a pool, not in threads.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A row that someone else holds longer than this is a conflict to be told, not a page that hangs. What lies
            # on flash is fetched through an index as quickly as in a row; told otherwise (4, as for a turning disk) the
            # planner reads ten million facts to count those of a month. Compiling takes longer than our questions.
            "options": "-c lock_timeout=10s -c random_page_cost=1.1 -c jit=off",
            "prepare_threshold": 5,  # for the few statements that are asked every minute and say so
            "pool": {"min_size": 1, "max_size": DATABASE_CONNECTIONS, "timeout": 10},
            **_options,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
