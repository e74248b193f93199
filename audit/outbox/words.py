"""The stable words for what can go wrong with a text, in the language of the reader."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

NO_NUMBER = "no_number"
REFUSED = frozenset({"bad_number", "text_refused", "key_reused"})
"""What a gateway may refuse a text for; trying again would change nothing."""
WORDS: dict[str, str | Promise] = {
    NO_NUMBER: _("the office has no duty telephone"),
    "bad_number": _("the gateway says the number does not exist"),
    "text_refused": _("the gateway refuses the text"),
    "key_reused": _("the gateway says it knows this text with other content"),
    "not_delivered": _("the telephone did not take it"),
    "access": _("the gateway does not know this server: the secret may be wrong"),
    "busy": _("the gateway takes no more for now"),
    "timeout": _("the gateway did not answer in time; whether it took the text is not known"),
    "hung_up": _("the gateway hung up; whether it took the text is not known"),
    "certificate": _("the gateway's certificate is not trusted"),
    "no_json": _("the gateway's answer cannot be read; whether it took the text is not known"),
    "down": _("the gateway cannot be reached"),
    "no_address": _("the address of the gateway is neither https nor on this machine"),
    "no_secret": _("the file with the gateway's secret cannot be read"),
    "strange_answer": _("the gateway's answer is not what the contract says"),
}


def said(why: str) -> str:
    """A word as a sentence."""
    if why in WORDS:
        return str(WORDS[why])
    return gettext("the gateway answered {status}").format(status=why.removeprefix("http_")) if why else ""
