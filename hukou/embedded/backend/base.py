"""The database engine that starts the embedded server when a process first needs it, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from hukou.embedded.lease import hold


class DatabaseWrapper(base.DatabaseWrapper):
    """Plain PostgreSQL; whoever asks where to connect (Django, the job worker, the push listener) finds it running."""

    def get_connection_params(self) -> dict[str, Any]:
        """Where to connect. Starts the server of `EMBEDDED_IN` (the data folder) at the first call of a process."""
        hold(Path(self.settings_dict["EMBEDDED_IN"]))
        return super().get_connection_params()
