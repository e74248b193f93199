"""Steps of the flow that people finish, and that lead on by what was decided there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Self

from viewflow import this
from viewflow.workflow import STATUS, flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.signals import task_started

from hukou.kernel import clock

Condition = Callable[[Activation], bool]


class HaltActivation(ViewActivation):
    """An officer takes the task and is done with it in one act, because our screens decide at once."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)  # type: ignore[untyped-decorator]
    def take(self, officer: Any) -> None:
        """The officer who acts owns the task; it is written when it is done."""
        self.task.owner, self.task.started = officer, clock.now()
        task_started.send(sender=self.flow_class, process=self.process, task=self.task)

    @Activation.status.transition(source=STATUS.DONE)  # type: ignore[untyped-decorator]
    def create_next(self) -> Iterator[Activation]:
        """The task the case leaves for."""
        yield self.flow_task.way_on(self)._create(self, self.task.token)


class Halt(flow.View):
    """A human step with several ways on: what a View and a Switch after it would be, without a task for the Switch.

    A decision costs six questions to the database less by it.
    """

    activation_class = HaltActivation

    def __init__(self, view: Callable[..., Any]) -> None:
        super().__init__(view)
        self._ways: list[tuple[Any, Condition | None]] = []

    def Case(self, node: Any, condition: Condition) -> Self:
        """Go on at `node` when the condition holds; the first that holds is taken."""
        self._ways.append((node, condition))
        return self

    def Default(self, node: Any) -> Self:
        """Go on at `node` when no condition holds."""
        self._ways.append((node, None))
        return self

    def way_on(self, activation: Activation) -> Any:
        """The node the case leaves for."""
        return next(node for node, condition in self._ways if condition is None or condition(activation))

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self._ways = [(this.resolve(instance, node), condition) for node, condition in self._ways]

    def _outgoing(self) -> Iterator[Edge]:
        for node, condition in self._ways:
            yield Edge(src=self, dst=node, edge_class="cond_true" if condition else "default")
