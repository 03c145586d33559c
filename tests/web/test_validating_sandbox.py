"""The processes in which documents of others are judged: what they may do, and how they end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from clausegraph.engine import Limits
from clausegraph.errors import (
    ClausegraphError,
    EngineBusy,
    InputError,
    QueryCrashed,
    QueryMemoryExceeded,
    QueryTimeout,
    ResultTooLarge,
)
from clausegraph.validate import cradles
from clausegraph.validate.jobs import Job, Options, Part, Verdict
from clausegraph.validate.judges import Judges, fewer
from services import family, trap, until

MIB = 2**20
LIMITS = Limits(timeout=10, workers=2, queue=4, per_client=2, memory=512 * MIB, result=MIB)
SLACK = 1.0  # seconds: what a loaded machine may add to what is promised

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(autouse=True)
def lab(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judges do what their data say."""
    monkeypatch.setattr(cradles, "MODULE", "judgments")


@contextlib.asynccontextmanager
async def judges(limits: Limits = LIMITS, **more: Any) -> AsyncIterator[Judges]:
    """Judges, closed at the end: then no process is left."""
    before = set(family(os.getpid()))
    found = Judges(limits, **more)
    try:
        yield found
    finally:
        await found.close()
        assert await asyncio.to_thread(until, lambda: set(family(os.getpid())) <= before)


async def judge(found: Judges, order: str, **more: Any) -> str:
    """Return what a judge reports."""
    job = Job((Part("a.ttl", "text/turtle", order.encode()),))
    verdict = await found.judge(job, more.pop("release", "r"), **more)
    assert (verdict.conforms, verdict.passes, verdict.results) == (False, True, 3)
    return verdict.report.decode()


def run(work: Callable[[Judges], Coroutine[Any, Any, Any]], *given: Any, **more: Any) -> None:
    """Do `work` with judges of its own."""

    async def whole() -> None:
        async with judges(*given, **more) as found:
            await work(found)

    asyncio.run(whole())


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_a_job_arrives_whole(isolation: str) -> None:
    """Documents, shapes and options are told apart, whatever bytes they have."""
    parts = tuple(Part(f"{n}.ttl", "text/turtle", os.urandom(5000 * n)) for n in range(4))
    first = Part("a", "text/turtle", b"echo")
    options = Options("csv", "expanded", "info", background=False, most=5, allow_empty=True)
    job = Job((first, *parts[:2]), parts[2:], options)

    async def work(found: Judges) -> None:
        verdict = await found.judge(job, "r")
        assert isinstance(verdict, Verdict)
        assert verdict.report.decode() == repr(job)
        assert 0 < verdict.seconds < 5

    run(work, isolation=isolation)


def test_nothing_is_started_before_the_first_job() -> None:
    """A service that never validates pays nothing."""

    async def work(found: Judges) -> None:
        before = family(os.getpid())
        await asyncio.sleep(0.1)
        assert family(os.getpid()) == before
        assert found.statistics().workers == 0

    run(work)


def test_each_job_has_a_process_of_its_own() -> None:
    """Nothing of one document is there when the next one is judged."""

    async def work(found: Judges) -> None:
        assert len({await judge(found, "who") for _ in range(5)}) == 5
        assert found.statistics().retired == 5

    run(work)


@pytest.mark.parametrize("order", ["open /etc/hostname", "open /dev/null", "open /dev/fd/0"])
def test_a_judge_can_open_no_file(order: str) -> None:
    """Whatever code a document got to run."""

    async def work(found: Judges) -> None:
        assert await judge(found, order) == str(errno.EMFILE)

    run(work)


def test_a_judge_can_open_no_socket() -> None:
    """No packet leaves, and the lines of others are not there."""

    async def work(found: Judges) -> None:
        with trap() as listener:
            assert await judge(found, f"connect {listener.port}") == str(errno.EMFILE)
            assert listener.calls == 0
        descriptors = eval(await judge(found, "descriptors"))  # noqa: S307
        assert len(descriptors) == 4  # the standard streams, and its own line

    run(work)


def test_a_job_past_its_deadline_is_killed() -> None:
    """Within half a second, and its process is gone; the next job finds another."""

    async def work(found: Judges) -> None:
        await judge(found, "who")
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match=r"its limit is 0\.5 seconds"):
            await judge(found, "spin 60", seconds=0.5)
        assert time.monotonic() - start < 1.0 + SLACK
        assert found.statistics().kills["timeout"] == 1
        assert await judge(found, "who")

    run(work)


def test_a_client_can_only_shorten_the_limit() -> None:
    """What it may not have it does not get."""

    async def work(found: Judges) -> None:
        with pytest.raises(QueryTimeout, match=r"its limit is 0\.3 seconds"):
            await judge(found, "sleep 60", seconds=60.0)

    run(work, Limits(timeout=0.3, workers=1))


def test_the_processor_time_of_a_judge_is_limited_too() -> None:
    """Should the service be stopped, nothing burns on: the system ends the judge."""

    async def work(found: Judges) -> None:
        with pytest.raises(QueryTimeout):
            await judge(found, "kill SIGXCPU")

    run(work)


def test_memory_is_limited() -> None:
    """What a job may take is counted from what was there before."""

    async def work(found: Judges) -> None:
        assert await judge(found, "take 256") == str(256 * MIB)
        with pytest.raises(QueryMemoryExceeded, match="more than the 512 MiB"):
            await judge(found, "take 600")

    run(work)


@pytest.mark.parametrize(
    ("order", "kind"),
    [
        ("kill SIGABRT", QueryMemoryExceeded),  # how the allocator behind us ends
        ("kill SIGSEGV", QueryCrashed),
        ("kill SIGKILL", QueryCrashed),
        ("fail", QueryCrashed),
        ("nest", InputError),
        ("refuse", InputError),
        (f"write {MIB + 1}", ResultTooLarge),
    ],
)
def test_what_ends_a_judge_is_told_and_hurts_nobody_else(
    order: str, kind: type[ClausegraphError]
) -> None:
    """An error, never silence; and who comes next is served."""

    async def work(found: Judges) -> None:
        with pytest.raises(kind):
            await judge(found, order)
        assert await judge(found, "who")

    run(work)


def test_an_error_keeps_its_place() -> None:
    """File, line and column."""

    async def work(found: Judges) -> None:
        with pytest.raises(InputError) as caught:
            await judge(found, "refuse")
        assert (caught.value.place, caught.value.remedy) == ("a.ttl:3:7", "Another.")

    run(work)


def test_the_judge_of_a_client_that_leaves_is_killed() -> None:
    """Nobody reads what it would find."""

    async def work(found: Judges) -> None:
        await judge(found, "who")
        task = asyncio.create_task(judge(found, "spin 60"))
        await asyncio.sleep(0.2)
        processes = set(found.statistics().processes)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(until, lambda: not processes <= set(family(os.getpid())))
        assert found.statistics().kills["left"] == 1

    run(work)


def test_one_client_leaves_room_for_others() -> None:
    """The queue has an end, and nobody has all of it."""

    async def work(found: Judges) -> None:
        await judge(found, "who")
        many = [asyncio.create_task(judge(found, "sleep 1.5", client="a")) for _ in range(5)]
        await asyncio.sleep(0.3)
        start = time.monotonic()
        assert await judge(found, "who", client="b")
        assert time.monotonic() - start < 0.5 + SLACK
        refused = list(await asyncio.gather(*many, return_exceptions=True))
        assert sum(isinstance(each, EngineBusy) for each in refused) == 2

    run(work, Limits(timeout=10, workers=2, queue=4, per_client=1, memory=512 * MIB))


def test_another_release_makes_other_judges() -> None:
    """The context is read again; nobody waits for a job that runs."""

    async def work(found: Judges) -> None:
        slow = asyncio.create_task(judge(found, "sleep 3"))
        await asyncio.sleep(0.6)
        first = found.statistics().processes
        assert await judge(found, "who", release="other")
        assert not slow.done()
        assert await slow == "slept"
        assert set(first).isdisjoint(found.statistics().processes)

    run(work)


def test_many_first_jobs_wait_for_one_preparation() -> None:
    """Whoever of them leaves."""

    async def work(found: Judges) -> None:
        first = asyncio.create_task(judge(found, "who"))
        others = [asyncio.create_task(judge(found, "who")) for _ in range(2)]
        await asyncio.sleep(0.2)
        first.cancel()
        assert all(await asyncio.gather(*others))
        assert found.statistics().forks <= 4

    run(work, background=(Path("slow"),))


@pytest.mark.parametrize("isolation", ["fork", "spawn"])
def test_a_context_that_cannot_be_read_is_told(
    isolation: str, caplog: pytest.LogCaptureFixture
) -> None:
    """To each who asks, that it is no fault of theirs; to the operator, what it is."""

    async def work(found: Judges) -> None:
        for _ in range(2):
            with pytest.raises(EngineBusy, match="no judge could be prepared"):
                await judge(found, "who")
        assert "There is no such file" in caplog.text

    run(work, background=(Path("missing"),), isolation=isolation)


def test_the_loss_of_what_forks_is_mended() -> None:
    """The next job begins it again."""

    async def work(found: Judges) -> None:
        before = set(family(os.getpid()))
        await judge(found, "who")
        for process in set(family(os.getpid())) - before:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, 9)
        await asyncio.sleep(0.2)
        assert await judge(found, "who")

    run(work)


def test_jobs_that_run_at_the_end_are_told() -> None:
    """The service closes."""

    async def work() -> None:
        found = Judges(LIMITS)
        await judge(found, "who")
        running = asyncio.create_task(judge(found, "sleep 60"))
        await asyncio.sleep(0.2)
        await found.close()
        with pytest.raises(EngineBusy, match="closing"):
            await running
        with pytest.raises(EngineBusy, match="closing"):
            await judge(found, "who", release="other")

    asyncio.run(work())


def test_validations_have_a_quarter_of_the_numbers_of_queries() -> None:
    """At least one of each; what one may use is the same."""
    limits = Limits(workers=16, queue=64, per_client=4, timeout=7, memory=5, result=6)
    found = fewer(limits)
    assert (found.workers, found.queue, found.per_client) == (4, 16, 1)
    assert (found.timeout, found.memory, found.result) == (7, 5, 6)
    assert (fewer(Limits(workers=1, queue=0)).workers, fewer(Limits(queue=0)).queue) == (1, 0)
