"""Ask once for what a screen needs many times: the duties of an officer, their queue, what stands on a case.

Only for looking. An act asks anew, because it must know what holds at its own moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

Answer = TypeVar("Answer")
_answers: ContextVar[dict[Hashable, object] | None] = ContextVar("answers", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside the block `ask` asks once for each key. A block within a block shares the answers of the outer one."""
    token = _answers.set({}) if _answers.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _answers.reset(token)


def ask(key: Hashable, question: Callable[[], Answer]) -> Answer:
    """The answer to `question`: one already known under `key`, where answers are remembered."""
    answers = _answers.get()
    if answers is None:
        return question()
    if key not in answers:
        answers[key] = question()
    return cast(Answer, answers[key])
