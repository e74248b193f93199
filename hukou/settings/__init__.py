"""Settings, one file per concern. Environment variables are declared in these files only (see `env`)."""

from .apps import *  # noqa: F403 - Django reads settings as one flat namespace
from .background import *  # noqa: F403
from .capture import *  # noqa: F403
from .database import *  # noqa: F403
from .demo import *  # noqa: F403
from .language import *  # noqa: F403
from .limits import *  # noqa: F403
from .live import *  # noqa: F403
from .logs import *  # noqa: F403
from .seals import *  # noqa: F403
from .security import *  # noqa: F403
from .serving import *  # noqa: F403
from .stamps import *  # noqa: F403
from .stations import *  # noqa: F403
from .statistics import *  # noqa: F403
from .storage import *  # noqa: F403
from .texts import *  # noqa: F403
from .trail import *  # noqa: F403
