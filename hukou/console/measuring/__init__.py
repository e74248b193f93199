"""A city of invented cases, made fast, so that lists and searches can be measured at the size of a real one.

`lives` invents what happens to a case and when, `citizens` whom it is about, `cast` knows who works where, `specimens` makes
the one page and the few case files they all share; put together that is a `subjects.Subject`. `ledger` writes it into
the sheets of `folders`, `decided`, `turns` and `counted`: `composing` does so batch by batch, many with `helping` processes;
`tables` carries the sheets into the database, `armed` arms their alerts, `city` goes through all of it.

Nothing here is evidence: a case made for measuring has a number under the unit code `numbers.MEASURING`, its sitting at
the camera says `MARK`, and the trail knows nothing of it, because nobody did what its rows say.
"""

from __future__ import annotations

MARK = "seed_load"
"""Reason of every sitting that belongs to a case made for measuring; drafts, which have no number, are known by it."""
