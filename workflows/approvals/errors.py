"""What can be wrong with a decision."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hukou.kernel.errors import Conflict, DomainError


class AlreadyDecided(Conflict):
    """The level was decided, or the case moved on, before this decision arrived."""

    code = "already_decided"
    message = _("This step has already been decided; your decision was not taken.")
    next_step = _("Go to the next case; the history shows who decided.")


class LastWordSpoken(Conflict):
    """The last decision fell before the withdrawal arrived; its seal may still be on its way."""

    code = "last_word_spoken"
    message = _("The case has been decided and can no longer be withdrawn.")
    next_step = _("Wait for the notice; the history shows who decided.")


class SealNotOn(Conflict):
    """The seal of the step before is still being put on."""

    code = "seal_not_on"
    message = _("The seal of the step before is still being put on.")
    next_step = _("Wait a few seconds and try again; the case goes on by itself.")


class OpinionNeeded(DomainError):
    """A return or a refusal came without a written reason."""

    code = "opinion_needed"
    message = _("A return or a refusal needs a written reason.")
    next_step = _("Write what is missing or which rule forbids it, then decide again.")


class LegalBasisNeeded(DomainError):
    """A refusal names the rule it rests on (公通字〔2021〕12号 art 57)."""

    code = "legal_basis_needed"
    message = _("A refusal must name its legal basis.")
    next_step = _("Write the rule and the article, then decide again.")


class NoSuchOutcome(DomainError):
    """The form named neither approve, return nor refuse."""

    code = "no_such_outcome"
    message = _("No decision was chosen.")
    next_step = _("Choose approve, return or refuse.")


class ClaimedByOther(Conflict):
    """A colleague has taken the task."""

    code = "claimed_by_other"
    message = _("A colleague of your office has taken this case.")
    next_step = _("Take another case, or ask that it be released or given to you.")


class NotClaimed(Conflict):
    """There is no task of one's own to give back."""

    code = "not_claimed"
    message = _("You have not taken this case.")
    next_step = _("Nothing needs to be given back; reload the page.")


class NotTheirs(DomainError):
    """The officer a task was to be given to may not decide it."""

    code = "not_theirs"
    message = _("This officer may not decide this case: {reason}")
    next_step = _("Choose another officer of the office.")


class EnquiryOpen(Conflict):
    """An enquiry is open already, or was answered meanwhile."""

    code = "enquiry_open"
    message = _("An enquiry about this case is open already.")
    next_step = _("Wait for its answer; the case shows who was asked.")


class EnquiryAnswered(Conflict):
    """The enquiry was answered before this answer arrived."""

    code = "enquiry_answered"
    message = _("This enquiry has already been answered; your answer was not taken.")
    # The other station's officers see the case no more: nothing to reload.
    next_step = _("Nothing more is to be done here; your desk shows what else waits for an answer.")


class QuestionNeeded(DomainError):
    """An enquiry came without saying what is to be found out."""

    code = "question_needed"
    message = _("An enquiry needs a question.")
    next_step = _("Write what is to be found out, then ask again.")


class AnswerNeeded(DomainError):
    """An answer came without its words or its result."""

    code = "answer_needed"
    message = _("An answer needs a result and what was found.")
    next_step = _("Choose whether anything stands against it, write what was found, then answer again.")


class NoSuchEnquiry(DomainError):
    """The form named no kind of enquiry, or an office that cannot be asked."""

    code = "no_such_enquiry"
    message = _("This cannot be asked, or not of that office.")
    next_step = _("Choose what is to be found out and which station is to answer.")


class NoticeRunning(Conflict):
    """The days of the public notice are not over."""

    code = "notice_running"
    message = _("The public notice runs until the end of {day}.")
    next_step = _("Note its result after that day; an objection may be noted at once.")


class BadPosting(DomainError):
    """The day a public notice was put up is missing, in the future or too long ago."""

    code = "bad_posting"
    message = _("The day on which the notice was put up is not possible.")
    next_step = _("Give the day it was put up: today or at most {days} days ago.")


class PublicNoticeNeeded(DomainError):
    """The sub-type must be published before it is handed up (catalogue: public_notice_days)."""

    code = "public_notice_needed"
    message = _("This business must be published for {days} days before it is handed up.")
    next_step = _("Put up the notice, note it here, and hand up when its days are over.")


class StandsAgainst(DomainError):
    """The last answer of some kind says that something stands against the request."""

    code = "stands_against"
    message = _("The last answer says that something stands against this request: {kind}.")
    next_step = _("Return or refuse the case, or have it examined again.")


class UrgedAlready(Conflict):
    """The case was urged today."""

    code = "urged_already"
    message = _("This case has been urged today already.")
    next_step = _("Urge again tomorrow; a late step raises an alert by itself.")


class NoDeputy(DomainError):
    """The deputation cannot be given so."""

    code = "no_deputy"
    message = _("This deputation cannot be given: {reason}")
    next_step = _("Choose another officer, duty or period.")


class NotOpened(DomainError):
    """A case was to be approved with others, but its page was not opened since it came to this step."""

    code = "not_opened"
    message = _("You have not opened this case since it came to your step.")
    next_step = _("Open it, look at its pages, and approve it there or with the others afterwards.")


class DecideAlone(DomainError):
    """Key business is never approved together with other cases."""

    code = "decide_alone"
    message = _("This is key business; it is decided on its own page only.")
    next_step = _("Open the case and decide it there.")


class TooManyAtOnce(DomainError):
    """More cases were to be approved together than anybody has looked at."""

    code = "too_many_at_once"
    message = _("At most {most} cases can be approved together.")
    next_step = _("Choose fewer.")


class NothingChosen(DomainError):
    """No case was ticked."""

    code = "nothing_chosen"
    message = _("No case is chosen.")
    next_step = _("Tick the cases to approve; only those you have opened can be ticked.")
