"""Request rates, and the adaptive rate limiter that all requests of a run share."""

from __future__ import annotations

import math
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from reconciler.errors import ConfigurationError
from reconciler.text import sanitize

_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/([sh])")
_SECONDS = {"s": 1.0, "h": 3600.0}

MAX_SLOWDOWN = 32.0
"""Rate-limited responses (429) reduce the rate to no less than the configured rate divided by this."""
WINDOW = 1.0
"""Seconds over which accepted requests are counted: the limits of Clockify and Maton are per second."""
MARGIN = 0.015
"""A run begins this part below the configured rate, which is likely to be the limit: a 429 in its first seconds costs more."""
STEP = 0.02
"""A 429 close to the limit reduces the rate by this part of it: requests that arrive 20 ms off their time are then accepted."""
LONGEST_STEP = 0.5
"""The step doubles while 429s follow each other, up to this."""
TOLERABLE = 1000
"""Accepted requests between two 429s at which the rate is right: a lower rate would cost more than the 429s do."""
CLOSE = 0.8
"""A 429 is close to the limit if this part of the rate was accepted in the second before. Else the accepted requests are the limit."""
GROWTH = 1e-4
"""Increase of the rate per accepted request, near the rate that was too high last; it grows with the number accepted since."""
FAST_GROWTH = 0.1
"""Increase of the rate per second, where it is far from the rate that was too high last."""
TRIAL_GROWTH = 1.0
"""Increase of the rate per second, where a limit that was estimated from a burst is tried."""
TRUST = 2.0
"""Seconds after which a limit that was estimated from a burst is tried: a service that allows bursts allows more than it accepted of one."""
FAR = 0.05
"""Part of that rate from which on it is far."""
MATON_LIMIT = 10
"""Requests per second that Maton documents (docs/clockify.md section 17), the lowest known limit per second."""
FIRST_IN_FLIGHT = 7
"""Requests that may be unanswered until more than MATON_LIMIT are accepted in one WINDOW: all of them may exceed the limit."""
SLOW = 0.5
"""Seconds after which an unanswered request counts no more among them: a slow service, or a lost answer, must not stop the others."""
TRIAL = 24
"""Accepted requests after which that is over in any case: a slow service never has more than MATON_LIMIT in a second."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of requests per second (`s`) or per hour (`h`)."""

    count: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Parse `50/s` or `30/h`; raises ConfigurationError."""
        match = _RATE.fullmatch(text.strip())
        if match is None or float(match[1]) <= 0:
            raise ConfigurationError(f"invalid rate {sanitize(text, 20)!r}; use N/s or N/h, e.g. 50/s")
        return cls(float(match[1]), match[2])

    @property
    def interval(self) -> float:
        """Seconds between two requests."""
        return _SECONDS[self.unit] / self.count

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.count / _SECONDS[self.unit]

    def __str__(self) -> str:
        return f"{f'{self.count:.3f}'.rstrip('0').rstrip('.')}/{self.unit}"


class Limiter:
    """Spaces requests evenly at a rate, across threads. A 429 reduces the rate; accepted requests increase it again.

    A 429 reveals the limit of the service: the requests that it accepted within the second before. Where that is much less
    than the rate, it is the new rate, and nothing is sent until the first of them is a second old. Where it is about the rate,
    the requests only did not arrive as evenly as they were sent, and a small step is enough. In the first second others
    may have used the limit up.
    `clock` is monotonic, in seconds; `sleep` waits for a number of seconds. `margin`: the part by which the first rate is below
    the configured one.
    """

    def __init__(
        self, rate: Rate, clock: Callable[[], float], sleep: Callable[[float], None], *, margin: float = MARGIN
    ) -> None:
        self._configured = self._too_high = rate.per_second
        self._rate = self._configured * (1 - margin)
        self._step = STEP
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next = clock()  # when the next request may be sent
        self._held_until = -math.inf
        self._first_at = math.inf  # when the first request was sent
        self._slowed_at = self._accepted_at = -math.inf
        self._try_at = math.inf  # when an estimate from a burst is tried
        self._since = 0  # requests accepted since the last 429
        self._is_revealed = False  # whether it revealed a limit far below the rate
        self._accepted: deque[float] = deque()
        self._waiting: dict[int, float] = {}  # when the requests that wait may be sent, the longest waiting first
        self._number = count()
        self._in_flight: list[float] = []  # when the unanswered requests were sent, without slow ones
        self._most_in_flight = FIRST_IN_FLIGHT if self._rate > MATON_LIMIT else math.inf

    @property
    def per_second(self) -> float:
        """The current rate, in requests per second."""
        return self._rate

    @property
    def seconds_left(self) -> float:
        """Seconds until the first of the requests that wait here may be sent; 0 if none waits."""
        with self._lock:
            waiting = self._waiting.values()
            return max(0.0, max(min(waiting), self._held_until) - self._clock()) if waiting else 0.0

    @property
    def is_accepting(self) -> bool:
        """Whether a request of the last two WINDOWs was accepted: then the limit is not used up for long."""
        with self._lock:
            return bool(self._accepted) and self._accepted[-1] > self._clock() - 2 * WINDOW

    def wait(self) -> float:
        """Wait until the next request may be sent; returns the time at which it is sent."""
        with self._lock:
            number = next(self._number)
            asked_at = now = self._clock()
            self._waiting[number] = now
        try:
            while True:
                with self._lock:
                    send_at = self._send_at(number, asked_at, now)
                    if send_at <= now:
                        return self._send(asked_at, now)
                    self._waiting[number] = send_at
                self._sleep(send_at - now)
                now = max(self._clock(), send_at)
        finally:
            with self._lock:
                self._waiting.pop(number, None)

    def _send_at(self, number: int, asked_at: float, now: float) -> float:
        """When a waiting request may be sent, as far as it is known: others and a 429 may come first."""
        send_at = max(asked_at, self._next, self._held_until)
        self._in_flight = [sent_at for sent_at in self._in_flight if sent_at > now - SLOW]
        if send_at <= now and (len(self._in_flight) >= self._most_in_flight or self._awaits_responses()):
            self._next = now + 1 / self._rate  # from now on: what was not sent meanwhile is not made up for
            return self._next
        return send_at if send_at <= now else send_at + list(self._waiting).index(number) / self._rate

    def _send(self, asked_at: float, now: float) -> float:
        # From when it could be sent, not from when the thread woke up: the delays must not add up.
        self._first_at = min(self._first_at, now)
        self._next = max(asked_at, self._next, self._held_until) + 1 / self._rate
        self._in_flight.append(now)
        return now

    def hold(self, seconds: float) -> None:
        """Hold all requests for this many seconds: a `Retry-After` for one request applies to the whole account."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def slow_down(self, sent_at: float) -> None:
        """Reduce the rate after a 429 for a request of that time. Requests from before the last reduction are ignored."""
        with self._lock:
            self._end(sent_at)
            self._most_in_flight = math.inf
            if sent_at <= self._slowed_at:
                return
            is_again = self._slowed_at > -math.inf and self._since < self._rate * WINDOW / 2
            self._slowed_at = now = self._clock()
            self._drop_older(sent_at)
            self._rate = max(self._configured / MAX_SLOWDOWN, self._slower(sent_at, is_again=is_again))
            self._since = 0
            # Nothing was accepted: what others sent is within the WINDOW.
            self._next = max(self._next, now + (1 / self._rate if self._accepted else WINDOW), self._admitted_at())

    def accept(self, sent_at: float) -> None:
        """Count any response but 429 to a request of that time; increase a reduced rate."""
        with self._lock:
            now = self._clock()
            self._accepted.append(sent_at)
            self._drop_older(sent_at)
            self._since += 1
            self._end(sent_at)
            if len(self._accepted) > MATON_LIMIT or self._since > TRIAL:
                self._most_in_flight = math.inf
            if sent_at <= self._slowed_at:  # one more of the WINDOW before the 429
                self._next = max(self._next, self._admitted_at())
            elif self._rate < self._configured:
                self._rate = min(self._configured, self._rate * (1 + self._growth(now)))
            self._accepted_at = now

    def _awaits_responses(self) -> bool:
        """Whether requests were under way at a 429 that revealed a lower limit, which may have taken what is left of it."""
        return self._is_revealed and any(sent_at <= self._slowed_at for sent_at in self._in_flight)

    def _end(self, sent_at: float) -> None:
        """A request of that time has its response."""
        if sent_at in self._in_flight:
            self._in_flight.remove(sent_at)

    def _slower(self, sent_at: float, *, is_again: bool) -> float:
        """The rate after a 429 for a request of that time."""
        accepted_rate, is_tried = len(self._accepted) / WINDOW, self._slowed_at >= self._try_at
        is_new = sent_at < self._first_at + WINDOW
        self._try_at = math.inf
        self._is_revealed = False
        if accepted_rate <= 1:
            return self._rate if is_new else self._rate / 2
        if is_new:  # less than the lowest known limit: others sent something in the second before
            accepted_rate = max(accepted_rate, MATON_LIMIT)
        if accepted_rate < CLOSE * self._rate or is_tried:
            is_burst = not is_tried and (is_new or sent_at - min(self._accepted) < WINDOW / 2)
            self._is_revealed = True
            self._try_at = self._slowed_at + TRUST if is_burst else self._try_at
            # A few more in a trial, as at the border of two windows of the service, are no other limit.
            is_confirmed = is_tried and accepted_rate < self._too_high / CLOSE
            self._too_high, self._step = min(self._too_high if is_confirmed else accepted_rate, self._rate), STEP
            return self._too_high * (1 - STEP)
        self._too_high = self._rate
        return self._rate * (1 - self._next_step(is_again=is_again))

    def _next_step(self, *, is_again: bool) -> float:
        """The part by which a rate close to the limit is reduced: more if 429s follow each other, nothing if they are rare."""
        self._step = min(self._step * 2, LONGEST_STEP) if is_again else STEP
        return self._step if is_again else STEP * max(0.0, 1 - self._since / TOLERABLE)

    def _growth(self, now: float) -> float:
        if (is_trial := now >= self._try_at) or abs(self._rate / self._too_high - 1) > FAR:
            growth = TRIAL_GROWTH if is_trial else FAST_GROWTH
            return growth * min(now - max(self._accepted_at, self._slowed_at), WINDOW)
        return GROWTH * (self._since / TOLERABLE) ** 2

    def _admitted_at(self) -> float:
        """When the first of evenly spaced requests is accepted, if each takes the place of one that is a WINDOW old."""
        held = sorted(self._accepted)[max(len(self._accepted) - round(self._too_high * WINDOW), 0) :]
        starts = (sent_at + WINDOW * (1 + STEP) - place / self._rate for place, sent_at in enumerate(held))
        return max(starts, default=0.0)

    def _drop_older(self, sent_at: float) -> None:
        """Drop requests sent a WINDOW or more before. The reference is the send time, not the current time: requests of
        the last latency have no response yet, and the accepted rate would be underestimated.
        """
        while self._accepted and self._accepted[0] <= sent_at - WINDOW:
            self._accepted.popleft()
