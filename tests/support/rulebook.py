"""The rules of the office once more, plainly: who may do what to one case, and what it is afterwards.

Written from domain.md §3 and DESIGN §5 without a look at how the product does it: no database, no seals, no flow. A
test drives both with the same moves and compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STATION, OTHER, BRANCH, CITY = "station", "other", "branch", "city"
UNDER = {STATION: {STATION, BRANCH, CITY}, OTHER: {OTHER, BRANCH, CITY}, BRANCH: {BRANCH, CITY}, CITY: {CITY}}
"""An office → itself and those above it."""
STEPS = {
    "station_accept": ("desk_officer", STATION),
    "station_review": ("station_leader", STATION),
    "station_approve": ("station_leader", STATION),
    "branch_review": ("branch_officer", BRANCH),
    "branch_approve": ("branch_officer", BRANCH),
    "city_approve": ("city_officer", CITY),
}
CHIEFS = {"station_leader", "branch_officer", "city_officer"}
ANSWERERS = {
    "investigation": {"community_officer", "desk_officer", "station_leader"},
    "cosign": {"desk_officer", "station_leader"},
}
IN_WHOSE_INBOX = {"investigation": "community_officer", "cosign": "station_leader"}
SEND_BACK = ("return", "recall")


@dataclass(frozen=True)
class Person:
    """An account: one human being may have two."""

    account: str
    human: str
    role: str
    office: str
    sworn: bool = True
    deputy_as: str = ""
    """The role they may take at their office in another's stead."""


@dataclass(frozen=True)
class Move:
    """Somebody tries something."""

    verb: str
    by: Person
    choice: str = ""
    """Outcome, kind, result, or the account a case is given to."""
    level: int = 0
    """Of a decision."""
    slip: str = ""
    """"stale": what they saw is not what is there; "pin": the wrong PIN."""


@dataclass(frozen=True)
class Decided:
    """A decision that stands."""

    by: str
    human: str
    outcome: str
    content: int


@dataclass
class Book:
    """One case, as the rules have it."""

    chain: tuple[str, ...]
    status: str = "draft"
    level: int = 0
    running: bool = False
    """It was handed up once."""
    accepted_by: str = ""
    """The human being."""
    standing: dict[int, Decided] = field(default_factory=dict)
    ever: int = 0
    """Decisions, those that stand no more included."""
    seal_due: bool = False
    seals: int = 0
    holder: str = ""
    """The account that took it."""
    asked: tuple[str, str] | None = None
    """Kind and office of the open enquiry."""
    last_asked: tuple[str, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    content: int = 0
    urged: bool = False
    notice: bool = False
    complete_papers: bool = False

    # Who

    def turn(self) -> tuple[str, str]:
        """Role and office whose turn it is; ("", "") when it is nobody's."""
        if self.status == "suspended" and self.asked:
            return IN_WHOSE_INBOX[self.asked[0]], self.asked[1]
        if self.status == "in_review" and not self.seal_due:
            return STEPS[self.chain[self.level - 1]]
        return "", ""

    def desk(self, who: Person) -> bool:
        """A sworn desk officer of the case's station."""
        return who.sworn and (who.role, who.office) == ("desk_officer", STATION)

    def decider(self, who: Person, level: int) -> bool:
        """The duty of the step, own or as deputy, and a human being who did not act below."""
        if not who.sworn or self.accepted_by == "" or not 0 < level <= len(self.chain):
            return False
        role, office = STEPS[self.chain[level - 1]]
        before = {self.accepted_by} | {made.human for at, made in self.standing.items() if at < level}
        return office == who.office and role in (who.role, who.deputy_as) and who.human not in before

    def chief_over(self, who: Person, office: str) -> bool:
        """Decides at that office or above it."""
        return who.sworn and who.role in CHIEFS and who.office in UNDER[office]

    def may(self, move: Move, people: dict[str, Person]) -> bool:
        """Whether this is theirs to do at all, whatever state the case is in."""
        who = move.by
        match move.verb:
            case "update":
                return who.office == STATION and who.role in ("desk_officer", "auxiliary")
            case "decide":
                return self.decider(who, move.level)
            case "claim" | "release":
                return self.decider(who, self.level)
            case "reassign":
                return self.chief_over(who, self.turn()[1] or STATION)
            case "recall":
                return self.chief_over(who, STATION)
            case "ask":
                return self.decider(who, self.level) if self.running else self.desk(who)
            case "answer":
                if not who.sworn:
                    return False
                if self.last_asked is None:
                    return self.desk(who)
                kind, office = self.last_asked
                return who.office == office and who.role in ANSWERERS[kind]
            case "urge":
                return who.role == "overseer" or (
                    who.office == STATION and who.role in ("desk_officer", "station_leader")
                )
        return self.desk(who)

    # When and what

    def possible(self, move: Move, people: dict[str, Person]) -> bool:
        """Whether somebody who may do it can do it now, as they do it."""
        status, who = self.status, move.by
        against = "negative" in self.answers.values()
        waits = status == "in_review" and not self.seal_due
        match move.verb:
            case "update":
                return status in ("draft", "accepted", "returned")
            case "accept" | "turn_away":
                return status == "draft"
            case "hand_up":
                return status in ("accepted", "returned") and not against and not move.slip
            case "decide":
                if not waits or move.level != self.level or self.holder not in ("", who.account):
                    return False
                if move.slip == "stale" or (move.slip == "pin" and move.choice != "return"):
                    return False
                return not (move.choice == "approve" and against)
            case "claim":
                return waits and self.holder in ("", who.account)
            case "release":
                return status == "in_review" and self.holder == who.account
            case "reassign":
                return waits and self.decider(people[move.choice], self.level)
            case "recall":
                return waits and move.slip != "stale"
            case "ask":
                return status == "accepted" or (waits and self.holder in ("", who.account))
            case "answer":
                # New pages are sealed by the station's own desk before anybody decides on them.
                fresh = self.running and any(made.content != self.content for made in self.standing.values())
                return status == "suspended" and not move.slip and (not fresh or self.desk(who))
            case "urge":
                return (waits or status == "suspended") and not self.urged
            case "withdraw":
                return status in ("accepted", "in_review", "returned", "suspended") and not self.last_word()
            case "complete":
                return status == "approved" and self.notice
            case "file":
                return (status == "refused" and self.notice) or (status == "completed" and self.complete_papers)
        raise AssertionError(move.verb)

    def last_word(self) -> bool:
        """Decided for good, the seal perhaps still to come."""
        return any(
            made.outcome == "refuse" or (made.outcome == "approve" and level == len(self.chain))
            for level, made in self.standing.items()
        )

    # Then

    def after(self, move: Move) -> None:
        """What the case is when the move was made."""
        who = move.by
        match move.verb:
            case "update":
                self.content = int(move.choice)
            case "accept":
                self.status, self.accepted_by = "accepted", who.human
            case "turn_away":
                self.status = "not_accepted"
            case "hand_up":
                self._hand_up(who)
            case "decide":
                self._stand(move.level, who, move.choice)
                self.holder = ""
                if move.choice == "return":
                    self.status = "returned"
                else:
                    self.seal_due = True
            case "claim":
                self.holder = who.account
            case "release":
                self.holder = ""
            case "reassign":
                self.holder = move.choice
            case "recall":
                self.standing.clear()
                self._stand(self.level, who, "recall")
                self.status, self.holder = "returned", ""
            case "ask":
                self.asked = self.last_asked = (move.choice, OTHER if move.choice == "cosign" else STATION)
                self.status, self.holder = "suspended", ""
            case "answer":
                self._answer(who, move.choice)
            case "urge":
                self.urged = True
            case "withdraw":
                self.status, self.holder = "withdrawn", ""
            case "complete":
                self.status = "completed"
            case "file":
                self.status = "filed"

    def seal_is_on(self) -> None:
        """The worker put the seal on that was due."""
        if not self.seal_due:
            return
        self.seal_due = False
        if self.status != "in_review":
            return
        if self.standing[self.level].outcome == "refuse":
            self.status = "refused"
        elif self.level == len(self.chain):
            self.status = "approved"
        else:
            self.level += 1

    def _stand(self, level: int, who: Person, outcome: str) -> None:
        self.standing[level] = Decided(who.account, who.human, outcome, self.content)
        self.ever += 1
        self.seals += outcome not in SEND_BACK

    def _begin(self, who: Person) -> None:
        self.standing.clear()
        self.status, self.level, self.running = "in_review", 1, True
        self.seal_due = True
        self._stand(1, who, "approve")

    def _hand_up(self, who: Person) -> None:
        back = next((made for made in self.standing.values() if made.outcome in SEND_BACK), None)
        if back is None or back.outcome == "recall" or back.content != self.content:
            self._begin(who)
            return
        self.standing = {level: made for level, made in self.standing.items() if made != back}
        self.status = "in_review"

    def _answer(self, who: Person, result: str) -> None:
        assert self.asked is not None
        self.answers[self.asked[0]] = result
        self.asked = None
        if not self.running:
            self.status = "accepted"
        elif any(made.content != self.content for made in self.standing.values()):
            self._begin(who)
        else:
            self.status = "in_review"
