"""Settings, one file per concern. Environment variables are declared in these files only (see `env`)."""

from .apps import *  # noqa: F403 - Django reads settings as one flat namespace
from .database import *  # noqa: F403
from .language import *  # noqa: F403
from .security import *  # noqa: F403
from .storage import *  # noqa: F403
