"""Where the SMS gateway tells what became of a text (docs/sms-gateway.md, "Receipts")."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit.outbox import actions
from audit.outbox.errors import ReceiptNotSigned, ReceiptUnreadable

MOST_BODY = 4096
"""Bytes of a receipt; what is longer never gets here (hukou.console.bodies)."""


@csrf_exempt  # the gateway has no session; it signs what it says
@never_cache
@require_POST
def receipts(request: HttpRequest) -> HttpResponse:
    """Take a receipt; not found where receipts are not pushed."""
    if not settings.HUKOU_SMS_GATEWAY or settings.HUKOU_SMS_RECEIPTS != "push":
        raise Http404
    try:
        new = actions.take_receipt(path=request.path, body=request.body, headers=request.headers)
    except ReceiptNotSigned as refused:
        return JsonResponse({"code": refused.code}, status=401)
    except ReceiptUnreadable as refused:
        return JsonResponse({"code": refused.code}, status=422)
    return JsonResponse({"new": new})
