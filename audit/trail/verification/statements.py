"""The statements of the verifier: set-based, so that PostgreSQL looks at every event and hands over only blocks."""

from __future__ import annotations

from audit.trail import entries

BLOCK = 256
"""Leaves looked at together: one tile."""

_TEXTS = ("action", "duty", "office_code", "officer_number", "session", "subject", "workstation")
# What stands before and after the details in the leaf, written from the columns (README.md: what an event is). The
# quick form; text that would have to be escaped does not fit it and is looked at row by row.
_BEFORE = """concat('{"action":"', event.action,
    '","at":"', to_char(event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    '","case_id":', coalesce(event.case_id::text, 'null'), ',"details":')"""
_AFTER = """concat(',"duty":"', event.duty, '","office_code":"', event.office_code,
    '","office_id":', coalesce(event.office_id::text, 'null'), ',"officer_id":', coalesce(event.officer_id::text, 'null'),
    ',"officer_number":"', event.officer_number, '","session":"', event.session, '","subject":"', event.subject,
    '","subject_seq":', event.subject_seq, ',"v":1,"workstation":"', event.workstation, '"}')"""
_PLAIN = f"concat({', '.join(f'event.{name}' for name in _TEXTS)})"

# One row for each block of leaves. `sound` is true only when every leaf has one event, the columns say what the bytes
# say and the places are those of the events; anything else is judged by `rows`. A block comes as three strings: the
# stored hashes, the events as the tile of entries holds them, and (txid, id) of each.
BLOCKS = rf"""
select leaf_index >> 8 as block, count(*), min(leaf_index), max(leaf_index), bool_and(sound),
       string_agg(hash, '' order by leaf_index), string_agg(entry, '' order by leaf_index),
       string_agg(place, '' order by leaf_index), min(at), max(at)
from (
    select leaf_index, hash, at, substring(int4send(length(leaf)) from 3) || leaf as entry,
           xid8send(txid) || int8send(event_id) as place,
           coalesce(
               txid = event_txid and length(leaf) < 65536 and strpos(plain, '"') = 0 and strpos(plain, '\') = 0
               and substring(leaf for length(before)) = before
               and substring(leaf from length(leaf) - length(after) + 1) = after
               and convert_from(substring(leaf from length(before) + 1
                                          for length(leaf) - length(before) - length(after)), 'UTF8')::jsonb::text
                   = details, false) as sound
    from (
        select place.leaf_index, place.event_id, place.txid, place.hash, event.txid as event_txid, event.at, event.leaf,
               event.details::text as details, {_PLAIN} as plain,
               convert_to({_BEFORE}, 'UTF8') as before, convert_to({_AFTER}, 'UTF8') as after
        from trail_leaf place
        left join trail_event event on event.id = place.event_id and event.id between %(lowest)s and %(highest)s
        where place.leaf_index >= %(first)s and place.leaf_index < %(end)s
        offset 0
    ) written
    offset 0
) judged
group by 1 order by 1
"""  # noqa: S608 - the names of our own columns
EDGES = "select min(event_id), max(event_id) from trail_leaf where leaf_index >= %(first)s and leaf_index < %(end)s"

_COLUMNS = ", ".join(f"event.{name}{'::text' if name == 'details' else ''}" for name in entries.FIELDS)
ROWS = f"""
select place.leaf_index, place.hash, place.event_id, place.txid::text::bigint, event.txid::text::bigint, event.leaf, {_COLUMNS}
from trail_leaf place left join trail_event event on event.id = place.event_id
where place.leaf_index >= %(first)s and place.leaf_index < %(end)s
order by place.leaf_index, event.at
"""  # noqa: S608 - the names of our own columns

# Events the log has no place for. One that is older than the newest leaf was slipped in; the others are waiting.
OUTSIDE = f"""
select (event.txid, event.id) > (%(txid)s::xid8, %(id)s), event.id, event.leaf, {_COLUMNS}
from trail_event event
where not exists (select from trail_leaf place where place.event_id = event.id and place.leaf_index >= 0)
order by event.id
"""  # noqa: S608 - the names of our own columns
WAITING = f"""
select true, event.id, event.leaf, {_COLUMNS} from trail_event event
where (event.txid, event.id) > (%(txid)s::xid8, %(id)s) order by event.id
"""  # noqa: S608 - the names of our own columns

NEWER = "select count(*) from trail_event where (txid, id) > (%(txid)s::xid8, %(id)s)"

CHECKPOINTS = """
select tree_size, root, note, at from trail_checkpoint
where tree_size > %(first)s and tree_size <= %(end)s order by tree_size
"""
# The checkpoint before a range, and the first that covers its end.
AROUND = """
(select tree_size, at from trail_checkpoint where tree_size <= %(first)s order by tree_size desc limit 1)
union all
(select tree_size, at from trail_checkpoint where tree_size > %(end)s order by tree_size limit 1)
"""

_NUMBERS = """
select subject, count(*) as number, count(distinct subject_seq) as different, min(subject_seq) as first,
       max(subject_seq) as last from trail_event {} group by subject
"""
NUMBERING = f"""
select coalesce(seen.subject, tally.subject), coalesce(seen.number, 0), coalesce(tally.count, 0)
from ({_NUMBERS.format("")}) seen full join trail_tally tally on tally.subject = seen.subject
where seen.number is distinct from tally.count or seen.first <> 1 or seen.last <> seen.number
      or seen.different <> seen.number
order by 1
"""  # noqa: S608 - our own text
# The subjects of new events only: the new ones follow each other and the one before them, up to the tally.
NUMBERING_OF_NEW = f"""
select seen.subject, seen.number, coalesce(tally.count, 0)
from ({_NUMBERS.format("where (txid, id) > (%(txid)s::xid8, %(id)s)")}) seen
left join trail_tally tally on tally.subject = seen.subject
where tally.count is distinct from seen.last or seen.different <> seen.number
      or seen.number <> seen.last - seen.first + 1
      or (seen.first > 1 and not exists (
          select from trail_event older where older.subject = seen.subject and older.subject_seq = seen.first - 1))
order by 1
"""  # noqa: S608 - our own text
