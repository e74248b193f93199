"""What the outbox itself has to tell in the daily digest."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hukou.accounts.models import Office
from hukou.kernel import clock

from . import digests, queries
from .models import Message


def undelivered(office: Office) -> Mapping[str, int]:
    """Texts to the office and those under it that will not arrive by themselves, and offices without a telephone."""
    texts = queries.undelivered(clock.now()).within([office])
    return {**queries.states(texts), "no_number": _without_number(office) if settings.HUKOU_SMS_GATEWAY else 0}


def _without_number(office: Office) -> int:
    under = Q(pk=office.pk) | Q(parent=office) | Q(parent__parent=office)
    return Office.objects.filter(under, duty_phone="").count()


def words(what: str) -> str:
    """A state of a text, or that there is no telephone."""
    if what == "no_number":
        return _("offices without a duty telephone")
    if what == Message.State.SENT:
        return _("sent, no receipt")
    return str(Message.State(what).label) if what in Message.State.values else what


def register() -> None:
    """Called once at start-up."""
    digests.register(digests.Part("texts", gettext_lazy("Texts"), undelivered, words))
