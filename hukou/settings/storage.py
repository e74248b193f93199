"""Where files live: one folder for database, originals, keys and generated documents."""

from pathlib import Path

from . import env

BASE_DIR = Path(__file__).resolve().parents[2]

HUKOU_DATA_DIR = env.folder(
    "HUKOU_DATA_DIR",
    BASE_DIR / "var",
    "The one folder that holds the embedded database, page originals, sealed files and keys. Kept at mode 0700.",
)

STATIC_URL = "static/"
STATIC_ROOT = HUKOU_DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / part / "static" for part in ("capture", "workflows", "hukou")]
