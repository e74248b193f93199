"""The ASGI server as a child of `make run`."""

from __future__ import annotations

import os

import django
import uvicorn

from .tether import hold_on


def main() -> None:
    """Serve on 127.0.0.1 until SIGTERM; requests in progress get ten seconds."""
    hold_on()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    django.setup()
    from django.conf import settings

    from hukou.console import starting

    starting.record_started("web")
    uvicorn.run(
        "hukou.asgi:application",
        host="127.0.0.1",
        port=settings.HUKOU_PORT,
        lifespan="off",
        log_config=None,  # settings.logs says how; uvicorn's access lines would carry addresses of people
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
