"""The ASGI application: pages over HTTP, live updates over WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")

from django.core.asgi import get_asgi_application

pages = get_asgi_application()  # sets Django up; what follows needs that

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from capture.sessions import workshop
from hukou.console import checking, stamping
from hukou.console.bodies import BoundedBodies
from hukou.console.live import LiveConsumer
from hukou.console.oversight import receipts
from hukou.console.oversight.wall.live import WallConsumer
from hukou.kernel import garbage

workshop.warm()
screens = URLRouter([path("live/", LiveConsumer.as_asgi()), path("wall/live/", WallConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": BoundedBodies(
            pages,
            {
                "/check/": checking.MOST_BODY,
                "/stamps/": stamping.MOST_BODY,
                "/texts/receipts/": receipts.MOST_BODY,
            },
        ),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(screens)),
    }
)
garbage.look_less_often()
