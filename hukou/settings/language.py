"""Chinese first, English complete; one city, one time zone."""

from .storage import BASE_DIR

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / part / "locale" for part in ("hukou", "capture", "workflows", "audit")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
