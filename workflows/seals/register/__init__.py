"""The seal register: seals are issued, kept, used, lent, and stopped. One room per concern.

`issuing` makes and renews seals, `standing` says whether one may be used now, `finding` finds it, `custody` writes the
log, `stopping` suspends, resumes and revokes, `leaving` stops what its holder left behind, `pins` counts wrong PINs,
`authorisations` lends a unit's seal, `revocations` puts out the list.
"""

from .certificates import certificate_of, subject_of
from .finding import pair_for, personal_seal_of, unit_seal_of
from .issuing import UNIT_TITLES, issue_personal_seal, issue_unit_seal

__all__ = [
    "UNIT_TITLES",
    "certificate_of",
    "issue_personal_seal",
    "issue_unit_seal",
    "pair_for",
    "personal_seal_of",
    "subject_of",
    "unit_seal_of",
]
