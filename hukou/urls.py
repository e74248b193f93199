"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, path

from hukou.console.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
