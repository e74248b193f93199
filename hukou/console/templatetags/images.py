"""`{% load images %}{% image_url placement.page.sha256 "thumb" %}`: a page's picture, for who looks at this screen."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext

from hukou.console import images
from hukou.console.people import signed_in

register = template.Library()


@register.simple_tag(takes_context=True)
def image_url(context: RequestContext, sha256: str, size: images.Size) -> str:
    """Address of the picture in the size "thumb", "screen" or "full"; see `hukou.console.images`."""
    return images.url(sha256, size, signed_in(context["request"]))
