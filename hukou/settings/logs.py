"""What the processes write about themselves: one JSON object a line on stderr, without personal data."""

from . import env

LOG_LEVEL = env.choice(
    "HUKOU_LOG_LEVEL",
    "WARNING",
    ("DEBUG", "INFO", "WARNING", "ERROR"),
    "The least important kind of message that is written to stderr.",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "hukou.kernel.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would write the same again, with the values of the request in it.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # SQL with its values is personal data, whatever level is asked for.
        "django.db.backends": {"level": "WARNING"},
        "psycopg": {"level": "WARNING"},
        # Opens and closes of glyph tables and fonts: nobody wants to read them.
        "fontTools": {"level": "WARNING"},
    },
}
LOGGING_CONFIG = "logging.config.dictConfig"
