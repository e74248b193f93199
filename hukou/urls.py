"""All addresses of the site."""

from django.urls import URLPattern, URLResolver, include, path

from hukou.console.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("hukou.accounts.urls")),
    path("", include("hukou.console.urls")),
]
