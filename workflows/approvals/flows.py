"""The one flow: it walks the chain copied onto the case, of whatever depth."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow, lock

from . import chain, nodes
from .models import CaseProcess, Decision

APPROVE, RETURN, REFUSE = Decision.Outcome.APPROVE, Decision.Outcome.RETURN, Decision.Outcome.REFUSE
RECALL = Decision.Outcome.RECALL
ENQUIRE = "enquire"
"""Outcome of a turn that asked somebody first; nothing was decided."""


def back_to_level(activation: Any) -> bool:
    """True when the station answered without new content: the level that asked goes on."""
    return activation.process.outcome in (RETURN, ENQUIRE)


class CaseFlow(flow.Flow):
    """Handed up → sealed → decided → sealed → … → closed; a return leads back over the station.

    An enquiry leads to whoever is asked and back to the level that asked. There is one token: the case waits at exactly
    one of seal, decide, supplement, enquire. Nothing climbs before its seal is on: `seal` waits for it. Screens, inbox and rights are
    ours; no Viewflow page is mounted. Depth comes from the case, so no sub-type needs a class of its own.
    """

    process_class = CaseProcess
    process_title = _("Approval of a case")
    # The default lock lets two officers decide the same task; this one makes the second wait and then fail.
    lock_impl = lock.SelectForUpdateLock(nowait=False, attempts=1)

    begin = flow.StartHandle(this.on_begin).Next(this.seal)

    seal = flow.Handle().Next(this.climb)

    climb = (
        flow.Switch()
        .Case(this.close, lambda act: act.process.outcome == REFUSE)
        .Case(this.close, lambda act: act.process.level >= len(act.process.case.chain))
        .Default(this.advance)
    )

    advance = flow.Function(this.on_advance).Next(this.decide)

    decide = (
        nodes.Halt(chain.no_page)
        .onCreate(this.on_waiting)
        .Case(this.supplement, lambda act: act.process.outcome in (RETURN, RECALL))
        .Case(this.enquire, lambda act: act.process.outcome == ENQUIRE)
        .Default(this.seal)
    )

    supplement = nodes.Halt(chain.no_page).Case(this.decide, back_to_level).Default(this.seal)

    enquire = nodes.Halt(chain.no_page).Case(this.decide, back_to_level).Default(this.seal)

    close = flow.Function(this.on_close).Next(this.end)

    end = flow.End()

    def on_begin(self, activation: Any, *, case: Any) -> Any:
        """The station handed the case up: its own decision is level 1."""
        activation.process.case = case
        activation.process.outcome = APPROVE
        return activation.process

    def on_advance(self, activation: Any) -> None:
        """The seal of this level is on: the next level's turn."""
        activation.process.level += 1
        activation.process.save(update_fields=["level"])

    def on_waiting(self, activation: Any) -> None:
        """Show the case in the inbox of the office whose turn it is."""
        chain.await_decision(activation.process)

    def on_close(self, activation: Any) -> None:
        """The last seal is on: the case is decided."""
        chain.close(activation.process)
