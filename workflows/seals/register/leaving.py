"""人走章停: the seal of who leaves or is transferred stops on that day; what was sealed before stays good.

At use nothing is stored: `standing` asks for a duty in force. This room only tells the rest of the world, on the
revocation list, at once when a duty changes and every day for those that end by their date.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max

from hukou.accounts.models import Duty
from hukou.kernel import clock
from workflows.seals.models import SEALING, Seal, SealApplication

from . import revocations, stopping


@transaction.atomic
def stop_left() -> list[Seal]:
    """Revoke every personal seal whose holder has no duty left at its post. Again: nothing more.

    One whose last signatures are still to be put on waits for them: they were given in office, and a seal that is
    stamped after its revocation could not be told from one given later. It signs nothing more in the meantime.
    """
    today = clock.today()
    under_way = SealApplication.objects.exclude(state=SealApplication.State.APPLIED).values("seal")
    stopped = []
    for pk in Seal.objects.left(today).exclude(pk__in=under_way).values_list("pk", flat=True):
        seal = stopping.locked(pk)
        if seal.stopped_at is not None or seal.in_post:
            continue
        stopping.stop(seal, Seal.StopReason.AFFILIATION_CHANGED, by=None, reason="离任或者调离", moment=_since(seal))
        stopped.append(seal)
    for suite in sorted({seal.suite for seal in stopped}):
        revocations.publish(suite)
    return stopped


def _since(seal: Seal) -> datetime:
    """The beginning of the first day without the duty; now, when that day cannot be told or the seal is younger."""
    past = Duty.objects.filter(officer=seal.officer_id, office=seal.post_id, role__in=SEALING)
    last, now = past.aggregate(Max("ends_on"))["ends_on__max"], clock.now()
    if last is None or last >= clock.today():
        return now
    first_day_without = datetime.combine(last + timedelta(days=1), time(), tzinfo=clock.CITY_TIME)
    return max(first_day_without, seal.valid_from)
