"""Where files live: one folder for database, originals, keys and generated documents."""

from pathlib import Path

from . import env

BASE_DIR = Path(__file__).resolve().parents[2]

HUKOU_DATA_DIR = env.folder(
    "HUKOU_DATA_DIR",
    BASE_DIR / "var",
    "The one folder that holds the embedded database, page originals, sealed files and keys. Kept at mode 0700.",
)

STATIC_URL = "/static/"
STATIC_ROOT = HUKOU_DATA_DIR / "static"
STATICFILES_DIRS = [
    folder for part in ("capture", "workflows", "hukou") if (folder := BASE_DIR / part / "static").is_dir()
]
# `make run` collects static files under names that hold their digest. Before that (tests, commands) they are
# served from where they lie.
_collected = (STATIC_ROOT / "staticfiles.json").is_file()
WHITENOISE_USE_FINDERS = not _collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "hukou.console.assets.CollectedFiles"
        if _collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
