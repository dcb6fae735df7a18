"""The blocking loop that carries out what the engine asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scaleapi._engine.messages import Answer, Failure, Send, Transport
from scaleapi._engine.pipeline import Steps


def drive(steps: Steps, transport: Transport, sleep: Callable[[float], None]) -> Any:
    """Runs a pipeline to its end and returns its result.

    Args:
        steps: The pipeline.
        transport: Makes the attempts.
        sleep: Pauses for a number of seconds.

    Raises:
        ScaleException: What the pipeline raises.
    """
    try:
        step = next(steps)
        while True:
            came: Answer | Failure | None = None
            if isinstance(step, Send):
                came = transport.send(step)
            else:
                sleep(step.seconds)
            step = steps.send(came)
    except StopIteration as stop:
        return stop.value
    finally:
        steps.close()
