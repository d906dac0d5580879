"""A linear network of compartments, carried from event to event by an exponential of many digits, or at rest.

The exponential is a Taylor series with scaling and squaring in fixed point: every number is a whole number
of units of 2**-bits, so there is no rounding mode and no global precision to set or to forget.
Rates, spans and amounts are taken over exactly from the floats that are handed in.
"""

import math
from fractions import Fraction

import numpy as np

SCALED_NORM_EXPONENT = 12  # the Taylor series sees a matrix of norm below 2**-12
GUARD_BITS = 128


def respond(names, transfers, losses, followers, inputs, jumps, times_h, start=None, digits=50):
    """Amounts in every state, amount cleared and followers, at the times asked.

    names: state names. transfers: (from, to, per_h). losses: (from, per_h), going to `cleared`.
    followers: (name, {state: weight}, per_h) with dF/dt = per_h * (sum of weight * amount - F), without mass.
    inputs: {state: (edge_h, amount_per_h)} with one edge more than values; [edge, next edge), zero outside.
    jumps: (time_h, state, amount). start: {state or follower: value} at time 0, absent ones 0.
    times_h: not below 0, in any order; a value at the time of a jump is the value after it.

    Returns float arrays amount (m, n), cleared (m,), followed (m, k) for m times, n states, k followers.
    Good to the last digit of a float; what is smaller than about 1e-100 comes out as 0.
    Raises ArithmeticError when mass does not close to the digits asked.

    >>> amount, cleared, _ = respond(["a"], [], [("a", 0.5)], [], {"a": ([0.0, 9.0], [3.0])}, [], [2.0])
    >>> round(float(amount[0, 0]), 6), round(float(amount[0, 0] + cleared[0]), 6)
    (3.792723, 6.0)
    """
    place = {name: index for index, name in enumerate(names)}
    cleared_place = len(names)
    follower_place = {name: cleared_place + 1 + index for index, (name, _, _) in enumerate(followers)}
    size = cleared_place + 1 + len(followers)
    rates = _rates(size, place, cleared_place, follower_place, transfers, losses, followers)

    asked_h = [Fraction(time_h) for time_h in times_h]
    if any(time_h < 0 for time_h in asked_h) or any(time_h < 0 for time_h, _, _ in jumps):
        raise ValueError("the network starts at time 0")
    stored_bits = 4 * digits + 2 * GUARD_BITS
    state = [Fraction(0)] * size
    for name, value in (start or {}).items():
        state[place[name] if name in place else follower_place[name]] = Fraction(value)
    given = sum(state[: cleared_place + 1], Fraction(0))
    turned_over = sum((abs(value) for value in state[: cleared_place + 1]), Fraction(0))
    state = np.array([_fixed(value, stored_bits) for value in state], dtype=object)

    # every time at which anything changes or is asked for
    end_h = max(asked_h, default=Fraction(0))
    stops = {Fraction(0), *asked_h, *(Fraction(time_h) for time_h, _, _ in jumps)}
    for edge_h, _ in inputs.values():
        stops.update(Fraction(edge) for edge in edge_h)
    stops = sorted(stop for stop in stops if 0 <= stop <= end_h)

    seen = {}
    kept = {}
    for index, now_h in enumerate(stops):
        for time_h, name, amount in jumps:
            if Fraction(time_h) == now_h:
                state[place[name]] += _fixed(Fraction(amount), stored_bits)
                given += Fraction(amount)
                turned_over += abs(Fraction(amount))
        seen[now_h] = state.copy()
        if index + 1 == len(stops):
            break
        span_h = stops[index + 1] - now_h
        flowing = _inputs_at(now_h, inputs)
        pushed = [Fraction(0)] * size
        for name, per_h in flowing.items():
            pushed[place[name]] = per_h
            given += per_h * span_h
            turned_over += abs(per_h) * span_h
        key = (span_h, tuple(pushed))
        if key not in kept:
            kept[key] = _propagator(rates, pushed, span_h, digits)
        matrix, bits = kept[key]
        one = np.array([1 << stored_bits], dtype=object)
        state = (matrix.dot(np.concatenate([state, one])) >> bits)[:size]

        missing = Fraction(int(sum(state[: cleared_place + 1])), 1 << stored_bits) - given
        if abs(missing) > turned_over / 10**digits + Fraction(1, 10 ** (digits + 20)):
            raise ArithmeticError(f"mass is off by {float(missing)} after {float(stops[index + 1])} h")

    answer = np.array([[int(value) / (1 << stored_bits) for value in seen[time_h]] for time_h in asked_h])
    answer = answer.reshape(len(asked_h), size)
    return answer[:, :cleared_place], answer[:, cleared_place], answer[:, cleared_place + 1 :]


def steady(names, transfers, losses, inflow):
    """Exact amounts (fractions, in the order of names) where a constant inflow is balanced by the losses.

    Arguments as in `respond`; inflow: {state: amount per h}. Plain elimination on fractions, taken from the floats.
    Raises ZeroDivisionError where a state has no exit.

    >>> steady(["a", "b"], [("a", "b", 0.75)], [("a", 0.25), ("b", 0.5)], {"a": 2.0})
    [Fraction(2, 1), Fraction(3, 1)]
    """
    size = len(names)
    place = {name: index for index, name in enumerate(names)}
    rates = _rates(size + 1, place, size, {}, transfers, losses, [])
    table = [[-rate for rate in row[:size]] + [Fraction(inflow.get(name, 0))] for row, name in zip(rates, names)]
    for pivot in range(size):
        own = next(row for row in range(pivot, size + 1) if row == size or table[row][pivot])
        if own == size:
            raise ZeroDivisionError("no exit")
        table[pivot], table[own] = table[own], table[pivot]
        for row in range(size):
            if row != pivot and table[row][pivot]:
                factor = table[row][pivot] / table[pivot][pivot]
                table[row] = [there - factor * here for there, here in zip(table[row], table[pivot])]
    return [table[row][size] / table[row][row] for row in range(size)]


def _rates(size, place, cleared_place, follower_place, transfers, losses, followers):
    """Exact rate matrix (per h), row = to, column = from."""
    rates = [[Fraction(0)] * size for _ in range(size)]
    for source, target, per_h in transfers:
        rates[place[target]][place[source]] += Fraction(per_h)
        rates[place[source]][place[source]] -= Fraction(per_h)
    for source, per_h in losses:
        rates[cleared_place][place[source]] += Fraction(per_h)
        rates[place[source]][place[source]] -= Fraction(per_h)
    for name, weights, per_h in followers:
        row = rates[follower_place[name]]
        for state, weight in weights.items():
            row[place[state]] += Fraction(per_h) * Fraction(weight)
        row[follower_place[name]] -= Fraction(per_h)
    return rates


def _inputs_at(now_h, inputs):
    """Input of every fed state (amount per h) on the interval that starts now."""
    flowing = {}
    for name, (edge_h, values) in inputs.items():
        if len(edge_h) != len(values) + 1:
            raise ValueError(f"input of {name}: one edge more than values is needed")
        for begin, end, value in zip(edge_h[:-1], edge_h[1:], values, strict=True):
            if Fraction(begin) <= now_h < Fraction(end):
                flowing[name] = Fraction(value)
    return flowing


def _propagator(rates, pushed, span_h, digits):
    """Exponential of the augmented matrix over one span, as (whole numbers, bits after the point)."""
    size = len(rates) + 1
    scaled = [[rate * span_h for rate in [*row, push]] for row, push in zip(rates, pushed, strict=True)]
    scaled.append([Fraction(0)] * size)
    norm = max(sum(abs(scaled[row][column]) for row in range(size)) for column in range(size))
    exponent = math.frexp(float(norm))[1] if norm else 0
    squarings = max(0, exponent + SCALED_NORM_EXPONENT)
    # each squaring may double an error, and once more through the largest entry
    bits = 4 * digits + 2 * squarings + 2 * max(0, exponent) + GUARD_BITS

    matrix = np.array([[_fixed(entry / 2**squarings, bits) for entry in row] for row in scaled], dtype=object)
    total = np.array([[(row == column) << bits for column in range(size)] for row in range(size)], dtype=object)
    term = total.copy()
    order = 0
    left_over = 0.0  # log2 of a bound on the term
    while left_over > -bits:
        order += 1
        left_over -= SCALED_NORM_EXPONENT + math.log2(order)
        term = (term.dot(matrix) >> bits) // order
        total = total + term
    for _ in range(squarings):
        total = total.dot(total) >> bits
    return total, bits


def _fixed(value, bits):
    """Nearest whole number of units of 2**-bits."""
    return round(value * (1 << bits))
