"""Tell the stewards what a schedule cannot mend itself: a task that failed, a run that is late.

By mail and by webhook, as the settings say. What is told is names of ours and the refusal's own
words, which hold no value of a delivery; of any other error its kind alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from pipeline.errors import CartableError, NoticeError, Problem
from pipeline.notices.mail import send_mail
from pipeline.notices.webhook import post
from pipeline.settings import Settings, read_settings


def tell_failure(context: Mapping[str, Any]) -> None:
    """Tell the stewards of a task that failed for good.

    Args:
        context: as a scheduler gives it to what it calls after a failure: the task's instance,
            and the exception.

    Raises:
        NoticeError: not every notice could be sent.
    """
    instance, error = context["ti"], context.get("exception")
    facts = (("schedule", str(instance.dag_id)), ("task", str(instance.task_id)))
    settings = read_settings()
    said = []
    if isinstance(error, CartableError):
        said = [error.words(settings.language)]
    elif error is not None:
        said = [type(error).__name__]
    _tell(settings, Problem(code="notice.failed", facts=facts), [*said, str(instance.log_url)])


async def tell_late(schedule: str, hours: int) -> None:
    """Tell the stewards of a run that is not over in time, without holding up who calls.

    Args:
        schedule: name of the schedule.
        hours: after which it should have been over.

    Raises:
        NoticeError: not every notice could be sent.
    """
    problem = Problem(code="notice.late", facts=(("schedule", schedule), ("hours", hours)))
    await asyncio.to_thread(_tell, read_settings(), problem, [])


def _tell(settings: Settings, problem: Problem, said: list[str]) -> None:
    what, remedy = problem.sentences(settings.language)
    text = "\n\n".join([f"{what}.", *said, f"{remedy}."])
    refused: list[NoticeError] = []
    if settings.mail is not None and settings.stewards:
        try:
            subject = f"Cartable - {what}"
            send_mail(settings.mail, to=settings.stewards, subject=subject, body=f"{text}\n")
        except NoticeError as error:
            refused.append(error)
    if settings.webhook is not None:
        try:
            post(settings.webhook, {"text": text, "code": problem.code})
        except NoticeError as error:
            refused.append(error)
    if refused:
        raise refused[0]
