"""Who answers which query: workers lent one at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Coroutine
from functools import partial
from typing import Any, Literal

from clausegraph.engine import messages
from clausegraph.engine.channel import Ended
from clausegraph.engine.interface import Limits, Statistics
from clausegraph.engine.kinship import Worker, Zygote
from clausegraph.engine.messages import Frame
from clausegraph.engine.riding import TICK, Riders
from clausegraph.engine.turns import Turn, Turns, closing
from clausegraph.engine.watch import Watch
from clausegraph.errors import ClausegraphError

End = Literal["answered", "retired", "timeout", "left", "memory", "crash", "closed"]

_PAUSE = 0.5  # seconds until a worker that could not be made is tried again
_KILLS: tuple[End, ...] = ("timeout", "left", "memory", "crash")


class Pool:
    """The workers of the current zygote, and the queries that wait for one."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._zygote: Zygote | None = None
        self._idle: deque[Worker] = deque()
        self._lent: dict[Worker, Turn] = {}
        self._turns = Turns(limits)
        self._riders = Riders()
        self._round: asyncio.TimerHandle | None = None
        self._watch = Watch(limits.patience, self._lent, self._turns)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._forks = 0
        self._ends: dict[str, int] = {}
        self._hard: dict[Worker, float] = {}  # when each worker first worked hard

    @property
    def zygote(self) -> Zygote | None:
        """The zygote whose workers get new queries."""
        return self._zygote

    async def take_over(self, zygote: Zygote) -> None:
        """Give new queries to workers of `zygote` as soon as all are ready.

        Queries that run finish where they are; then their zygote ends.
        """
        workers = await asyncio.gather(*(zygote.fork() for _ in range(self._limits.workers)))
        before, self._zygote = self._zygote, zygote
        self._riders.lent(None)
        zygote.gone.add_done_callback(lambda _: self._lose(zygote))
        while self._idle:
            self._idle.popleft().dismiss()
        if before is not None:
            self._end_if_unused(before)
        for worker in workers:
            self._welcome(worker)

    def enter(self, turn: Turn) -> asyncio.Future[Frame]:
        """Return what gets the answer of a new turn, and is to be ended; raises EngineBusy where it
        has no worker and the queue has no place for it.

        The answer raises Ended where the worker has ended, and EngineBusy where none was free.
        """
        answer = turn.answer = asyncio.get_running_loop().create_future()
        self.begin(turn)
        return answer

    def begin(self, turn: Turn) -> None:
        """Take in a new turn, whose `answer` gets the answer; as `enter` does."""
        if self._closed:
            raise closing()
        carrier = None if self._turns.waiting else self._riders.carrier(turn, self._lent)
        may_begin = carrier is None and self._turns.may_begin(turn, len(self._idle))
        worker = self._free_worker() if may_begin else None
        if carrier is not None:  # It takes no worker from anyone.
            self._board(turn, carrier)
        elif worker is not None:
            self._lend(turn, worker)
        else:
            self._turns.wait(turn)
        self._watch.begin()

    def end(self, turn: Turn, end: End) -> None:
        """See to what a turn that is over still has: its place in the queue, or a worker."""
        if turn.worker is None:
            self._turns.leave(turn)
        elif self._lent.get(turn.worker) is turn:
            self._give_back(turn, turn.worker, end)
        # One that rides stays aboard: its worker may be about to begin it.
        turn.answer = None

    def _take(self, turn: Turn, asked: int, frame: Frame | None) -> None:
        """Take in what a turn's worker says: it is lent again before anyone reads the answer."""
        answer, worker = turn.answer, turn.worker
        if answer is None or worker is None or answer.done() or turn.asked != asked:
            return
        if frame is None:
            self._miss_end(turn)
            return
        header = frame[0]
        if "late" in header:
            self._miss_turn(turn, worker)
            return
        turn.take(header)
        self._riders.answered(is_quick=header.get("quick", False))
        if self._riders.leave(turn):  # The one before it was given up, and is not ended yet.
            self._turns.end(turn)
        else:
            self._give_back(turn, worker, "retired" if header["retire"] else "answered")
        turn.answer = None
        answer.set_result(frame)

    def _miss_end(self, turn: Turn) -> None:
        """See to a turn whose worker has ended: another gets what that has not begun."""
        if self._riders.leave(turn) and not self._closed:
            self._ask_again(turn)
        elif turn.answer is not None:
            turn.answer.set_exception(Ended("the worker has ended"))

    def _miss_turn(self, turn: Turn, worker: Worker) -> None:
        """See to a turn that its worker has declined, and to the worker."""
        if not self._riders.leave(turn):
            del self._lent[worker]
            if not self._goes_on(worker):
                self._set_free(worker)
        self._ask_again(turn)

    def _give_back(self, turn: Turn, worker: Worker, end: End) -> None:
        """Take a turn's worker back; one that is not to be used again is killed and replaced."""
        del self._lent[worker]
        self._turns.end(turn)
        if end == "answered" and not (self._watch.restores(turn) and self._is_fresh(worker)):
            end = "retired"
        self._ends[end] = self._ends.get(end, 0) + 1
        if end == "answered" and self._goes_on(worker):
            return
        if end == "answered":
            if turn.is_slowed:
                self._relieve_later(worker)
            self._set_free(worker)
            return
        worker.zygote.kill(worker)
        self._renew(worker)
        for rider in self._riders.stranded(worker):
            self._ask_again(rider)
        self._call_next()

    def _set_free(self, worker: Worker) -> None:
        """Keep a worker that has answered, or let it go: it has ended, or its release is old."""
        if worker.zygote is self._zygote and not worker.gone.done():
            self._keep(worker)
            return
        worker.dismiss()
        self._renew(worker)
        self._call_next()

    def _renew(self, worker: Worker) -> None:
        """See to another worker in place of one that goes, or to the end of its old zygote."""
        if worker.zygote is self._zygote:
            self._replace(worker.zygote)
        else:
            self._end_if_unused(worker.zygote)

    def _goes_on(self, worker: Worker) -> bool:
        """Whether a worker that has answered has its next query already."""
        rider = None if worker.gone.done() else self._riders.next(worker)
        if rider is None:
            return False
        rider.began = time.monotonic()
        self._lent[worker] = rider
        if rider.answer is None or rider.answer.done():  # What nobody waits for may take long.
            self._give_back(rider, worker, "left")
        return True

    def _board(self, turn: Turn, worker: Worker) -> None:
        """Send a query to a worker that is to answer another first."""
        self._turns.begin(turn, worker)
        self._riders.board(turn, worker)
        turn.asked += 1
        worker.ask(messages.leased(turn.frame, turn.lease), partial(self._take, turn, turn.asked))
        if self._round is None:
            self._round = asyncio.get_running_loop().call_later(TICK, self._look_round)

    def _look_round(self) -> None:
        """Ask others what workers will not begin any more."""
        self._round = None
        for turn in self._riders.late():
            self._ask_again(turn)
        if self._riders and not self._closed:
            self._round = asyncio.get_running_loop().call_later(TICK, self._look_round)

    def _ask_again(self, turn: Turn) -> None:
        """Lend another worker to a turn, or let it wait before the others of its client."""
        self._turns.end(turn)
        turn.worker, turn.began = None, 0.0
        if turn.answer is None or turn.answer.done():
            return
        may = self._turns.may_begin(turn, len(self._idle))
        worker = self._free_worker() if may else None
        if worker is None:
            self._turns.put_back(turn)
        else:
            self._lend(turn, worker)

    def statistics(self) -> Statistics:
        """Return what there is to tell now."""
        workers = (*self._idle, *self._lent)
        return Statistics(
            workers=len(workers),
            running=len(self._lent) + len(self._riders),
            waiting=self._turns.waiting,
            forks=self._forks,
            kills={reason: self._ends.get(reason, 0) for reason in _KILLS},
            retired=self._ends.get("retired", 0),
            reniced=self._watch.reniced,
            processes=tuple(worker.process for worker in workers),
        )

    def close(self) -> None:
        """End every worker, and turn away who waits."""
        self._closed = True
        self._watch.end()
        zygotes = {worker.zygote for worker in self._lent} | {self._zygote}
        self._zygote = None
        for turn in self._turns.everyone():
            if turn.answer is not None and not turn.answer.done():
                turn.answer.set_exception(closing())
        for worker in (*self._idle, *self._lent):
            worker.dismiss()
        self._idle.clear()
        for zygote in zygotes:
            if zygote is not None:
                zygote.close()
        for task in self._tasks:
            task.cancel()

    def _free_worker(self) -> Worker | None:
        """Return an idle worker, one whose file is free; where all files are being read, let one
        worker go, so that another comes in its place."""
        for _ in range(len(self._idle)):
            worker = self._idle.pop()  # The one used last: most of what it needs is at hand.
            if worker.gone.done():  # _miss has not been told yet, and finds it here no more.
                self._drop(worker)
                continue
            if worker.room is None or not worker.room.is_busy:
                return worker
            self._idle.appendleft(worker)
        if self._idle:
            self._retire(self._idle.popleft())
        return None

    def _lend(self, turn: Turn, worker: Worker) -> None:
        """Give a turn its worker, and ask it."""
        self._lent[worker] = turn
        self._turns.begin(turn, worker)
        self._riders.lent(worker)
        turn.asked += 1
        worker.ask(turn.frame, partial(self._take, turn, turn.asked))

    def _welcome(self, worker: Worker) -> None:
        """Take in a new worker."""
        self._forks += 1
        worker.gone.add_done_callback(partial(self._miss, worker))
        self._keep(worker)

    def _keep(self, worker: Worker) -> None:
        """Have an idle worker."""
        self._idle.append(worker)
        self._call_next()

    def _call_next(self) -> None:
        """Lend idle workers to those who wait, as far as they may have them."""
        while turn := self._turns.next(len(self._idle)):
            if turn.answer is None or turn.answer.done():
                continue
            if carrier := self._riders.carrier(turn, self._lent):
                self._board(turn, carrier)
                continue
            worker = self._free_worker()
            if worker is None:
                self._turns.put_back(turn)
                return
            self._lend(turn, worker)

    def _relieve_later(self, worker: Worker) -> None:
        """Replace a worker that has worked hard, but not at once: more of the same may come.

        Whatever reads the graph writes to its pages, by counting references: a worker that has
        gone through all of it holds a copy of its own.
        """
        if worker not in self._hard:
            self._hard[worker] = time.monotonic()
            asyncio.get_running_loop().call_later(self._limits.rest, self._relieve, worker)

    def _relieve(self, worker: Worker) -> None:
        """Replace a worker if it is idle; else that is done when it is given back."""
        if worker in self._idle and not self._closed:
            self._idle.remove(worker)
            self._retire(worker)

    def _is_fresh(self, worker: Worker) -> bool:
        """Whether a worker has not worked hard, or only just now."""
        since = self._hard.get(worker)
        return since is None or time.monotonic() - since < self._limits.rest

    def _miss(self, worker: Worker, _: object) -> None:
        """Forget a worker that has ended, and replace it if it was idle."""
        self._hard.pop(worker, None)
        if worker in self._idle:
            self._idle.remove(worker)
            self._drop(worker)

    def _retire(self, worker: Worker) -> None:
        """Let an idle worker go that could still work, and count it."""
        self._ends["retired"] = self._ends.get("retired", 0) + 1
        self._drop(worker)

    def _drop(self, worker: Worker) -> None:
        """Let an idle worker go, and see to another."""
        worker.dismiss()
        self._replace(worker.zygote)

    def _lose(self, zygote: Zygote) -> None:
        """Forget the zygote, which has ended; whoever watches it makes another."""
        if self._zygote is zygote:
            self._zygote = None
            while self._idle:
                self._idle.popleft().dismiss()

    def _end_if_unused(self, zygote: Zygote) -> None:
        """End a zygote of the past once none of its workers is lent."""
        if all(worker.zygote is not zygote for worker in self._lent):
            zygote.close()

    def _replace(self, zygote: Zygote) -> None:
        """See to a new worker in place of one that has ended."""
        if not self._closed:
            self._begin(self._make(zygote))

    async def _make(self, zygote: Zygote) -> None:
        """Make a worker, for as long as it takes and `zygote` is the current one."""
        while self._zygote is zygote:
            try:
                worker = await zygote.fork()
            except ClausegraphError:
                await asyncio.sleep(_PAUSE)
                continue
            if self._zygote is zygote:
                self._welcome(worker)
            else:
                worker.dismiss()
            return

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a task that nobody waits for."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
