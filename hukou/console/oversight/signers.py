"""Words for the catalogue's codes of who must have signed a material, and of what becomes of its paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise] = {
    "accepting_officer": _("accepting officer"),
    "admission_office": _("admission office"),
    "adopter": _("adopter"),
    "applicant": _("applicant"),
    "armed_forces_dept": _("people's armed forces department"),
    "branch": _("branch bureau"),
    "branch_approver": _("approver of the branch"),
    "city_approver": _("approver of the city"),
    "civil_affairs": _("civil affairs office"),
    "collector": _("collector"),
    "community_officer": _("community officer"),
    "court": _("court"),
    "criminal_tech": _("criminal technology unit"),
    "deciding_unit_seal": _("seal of the deciding unit"),
    "declarant": _("declarant"),
    "employer": _("employer"),
    "ethnic_affairs": _("ethnic affairs office"),
    "exit_entry": _("exit-entry administration"),
    "father": _("father"),
    "forensic_institution": _("forensic institution"),
    "funeral_home": _("funeral home"),
    "guardian": _("guardian"),
    "handling_officer": _("handling officer"),
    "hospital": _("hospital"),
    "householder": _("householder"),
    "hukou_seal": _("hukou seal"),
    "institution": _("institution"),
    "interviewee": _("person interviewed"),
    "investigating_officer": _("investigating officer"),
    "issuer": _("issuer"),
    "issuing_branch": _("issuing branch"),
    "issuing_station": _("issuing station"),
    "medical_institution": _("medical institution"),
    "military_unit": _("military unit"),
    "minor": _("the minor"),
    "mother": _("mother"),
    "notary": _("notary"),
    "original_station": _("station of origin"),
    "owner": _("owner"),
    "parent": _("parent"),
    "personnel_authority": _("personnel authority"),
    "principal": _("principal"),
    "prison": _("prison"),
    "proxy": _("proxy"),
    "public_security": _("public security organ"),
    "school": _("school"),
    "station": _("police station"),
    "station_leader": _("station leader"),
    "station_seal": _("seal of the station"),
    "translation_agency": _("translation agency"),
    "unit_seal": _("seal of the unit"),
    "veterans_authority": _("veterans' authority"),
    "village_committee": _("village committee"),
    "witness": _("witness"),
}
KEEPING: Mapping[str, Promise] = {
    "original_kept": _("original kept"),
    "copy_certified": _("certified copy"),
    "collected": _("collected"),
    "system_generated": _("made by the system"),
    "system_capture": _("captured at the window"),
}


def words(codes: Iterable[str]) -> list[str]:
    """Who must have signed, in the current language; a code of a later catalogue as it is."""
    return [str(WORDS.get(code, code)) for code in codes]


def keeping(code: str) -> str:
    """What becomes of the paper, in the current language."""
    return str(KEEPING.get(code, code))
