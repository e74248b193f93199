"""The ASGI application: pages over HTTP, live updates over WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")

from django.core.asgi import get_asgi_application

application = get_asgi_application()
