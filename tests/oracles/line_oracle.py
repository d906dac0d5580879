"""Reservoir, pump and catheter followed parcel by parcel in exact fractions.

Between two events every flow is constant, so each step moves whole parcels: the pump pushes one parcel in at
the pump end, parcels leave at the tip, and at every tear each passing parcel is shared out.
Times in h, volumes in mL, flows in mL/h, amounts in mcg, concentrations in mcg/mL.
"""

from fractions import Fraction

COLUMNS = (
    "reservoir_ml",
    "reservoir_mcg",
    "withdrawn_mcg",
    "filled_mcg",
    "pumped_ml",
    "tip_ml",
    "leaked_ml",
    "stored_ml",
    "tip_mcg",
    "leaked_mcg",
    "line_mcg",
)


def run(case, times_h, exact=False):
    """What the reservoir, the line and its openings hold and have passed, at the times asked.

    case: dict with
      duration_h
      flow: [(start_h, ml_h)], commanded, holds until the next start, 0 before the first
      stalled: [(start_h, end_h)], the pump gives nothing
      occlusions: [(start_h, end_h, blocked_frac)], together 1 - product of (1 - blocked)
      tears: [(start_h, end_h, position_ml from the pump outlet, lost_frac)]
      fills: [(time_h, leave_ml, in_ml, mcg_ml)]; the reservoir holds nothing before its first fill
      unpumpable_ml: flow ends when the true volume comes down to it
      line_ml, line_start_mcg_ml: a number, or [(volume_ml, mcg_ml)] from the tip to the pump
      storage_ml, release_h: what the line can stretch by, and how long it takes to give it back

    Intervals own their start and not their end. Values at the time of a fill are those after it.
    Returns a dict of lists as long as times_h, all amounts cumulative except those held, plus `dry_h`: the
    times at which the volume came down to unpumpable_ml. Floats, or Fractions when `exact`.

    >>> case = dict(duration_h=200, flow=[(0, Fraction(1, 240))], fills=[(0, 0, 20, 2000)],
    ...             line_ml=Fraction(2, 5), line_start_mcg_ml=0)
    >>> run(case, [96, 120])["tip_mcg"]
    [0.0, 200.0]
    """
    line = Line(case)
    asked_h = [Fraction(time_h) for time_h in times_h]
    if any(not 0 <= time_h <= Fraction(case["duration_h"]) for time_h in asked_h):
        raise ValueError("times asked lie between 0 and duration_h")
    seen = {}
    for stop_h in sorted({Fraction(0), *_edges_h(case), *asked_h}):
        while line.now_h < stop_h:
            line.step(stop_h)
        line.fill()
        seen[stop_h] = {name: getattr(line, name) for name in COLUMNS}
    kind = Fraction if exact else float
    answer = {name: [kind(seen[time_h][name]) for time_h in asked_h] for name in COLUMNS}
    answer["dry_h"] = [kind(time_h) for time_h in line.dry_h]
    return answer


class Line:
    """The state of the reservoir and the line at one time, and how it moves on."""

    def __init__(self, case):
        self.flow = sorted((Fraction(start), Fraction(ml_h)) for start, ml_h in case["flow"])
        self.stalled = _exact_rows(case.get("stalled", []))
        self.occlusions = _exact_rows(case.get("occlusions", []))
        self.tears = sorted(_exact_rows(case.get("tears", [])), key=lambda tear: tear[2])
        self.fills = sorted(_exact_rows(case.get("fills", [])), key=lambda fill: fill[0])
        self.unpumpable_ml = Fraction(case.get("unpumpable_ml", 0))
        self.line_ml = Fraction(case["line_ml"])
        if any(not 0 <= position_ml <= self.line_ml for _, _, position_ml, _ in self.tears):
            raise ValueError("a tear lies between 0 and line_ml")
        self.storage_ml = Fraction(case.get("storage_ml", 0))
        self.release_h = Fraction(case.get("release_h", Fraction(1, 60)))

        self.now_h = Fraction(0)
        self.reservoir_ml = Fraction(0)
        self.reservoir_mcg = Fraction(0)
        self.withdrawn_mcg = Fraction(0)
        self.filled_mcg = Fraction(0)
        self.pumped_ml = Fraction(0)
        self.tip_ml = Fraction(0)
        self.leaked_ml = Fraction(0)
        self.stored_ml = Fraction(0)
        self.tip_mcg = Fraction(0)
        self.leaked_mcg = Fraction(0)
        self.release_ml_h = Fraction(0)
        self.dry_h = []
        self.plugs = _first_plugs(case["line_start_mcg_ml"], self.line_ml)  # (mL, mcg/mL), tip first

    @property
    def line_mcg(self):
        """Drug in the line, the stretched part included."""
        return sum((volume * concentration for volume, concentration in self.plugs), Fraction(0))

    def fill(self):
        """Do every fill that is due now: withdraw all but what is left, then mix the fresh drug in."""
        while self.fills and self.fills[0][0] == self.now_h:
            _, leave_ml, in_ml, mcg_ml = self.fills.pop(0)
            was_usable = self.reservoir_ml > self.unpumpable_ml
            left_ml = min(leave_ml, self.reservoir_ml)
            left_mcg = self.reservoir_mcg * left_ml / self.reservoir_ml if self.reservoir_ml else Fraction(0)
            self.withdrawn_mcg += self.reservoir_mcg - left_mcg
            self.filled_mcg += in_ml * mcg_ml
            self.reservoir_ml = left_ml + in_ml
            self.reservoir_mcg = left_mcg + in_ml * mcg_ml
            if was_usable and self.reservoir_ml <= self.unpumpable_ml:
                self.dry_h.append(self.now_h)

    def step(self, stop_h):
        """Move on to stop_h, or only to the time at which a flow changes of itself."""
        span_h = stop_h - self.now_h
        through = Fraction(1)
        for start_h, end_h, blocked_frac in self.occlusions:
            if start_h <= self.now_h < end_h:
                through *= 1 - blocked_frac
        blocked = 1 - through
        flow_ml_h = self._pump_ml_h()

        if blocked > 0:
            # the held back flow stretches the line until it is full, then it stays in the reservoir
            self.release_ml_h = Fraction(0)
            held_ml_h = blocked * flow_ml_h
            if held_ml_h > 0 and self.stored_ml < self.storage_ml:
                storing_ml_h = held_ml_h
                span_h = min(span_h, (self.storage_ml - self.stored_ml) / storing_ml_h)
            else:
                storing_ml_h = Fraction(0)
            line_ml_h = through * flow_ml_h
        else:
            # the stored volume leaves at one constant rate on top of the flow
            if self.stored_ml > 0 and self.release_ml_h == 0:
                self.release_ml_h = self.stored_ml / self.release_h
            if self.stored_ml > 0:
                span_h = min(span_h, self.stored_ml / self.release_ml_h)
            else:
                self.release_ml_h = Fraction(0)
            storing_ml_h = -self.release_ml_h
            line_ml_h = flow_ml_h + self.release_ml_h
        pumped_ml_h = line_ml_h + storing_ml_h

        if pumped_ml_h > 0:
            span_h = min(span_h, (self.reservoir_ml - self.unpumpable_ml) / pumped_ml_h)
        self._move(pumped_ml_h * span_h, line_ml_h * span_h)
        self.stored_ml += storing_ml_h * span_h
        self.now_h += span_h
        if pumped_ml_h > 0 and self.reservoir_ml == self.unpumpable_ml:
            self.dry_h.append(self.now_h)

    def _pump_ml_h(self):
        """Flow of the pump (mL/h) before anything is held back."""
        if self.reservoir_ml <= self.unpumpable_ml:
            return Fraction(0)
        if any(start_h <= self.now_h < end_h for start_h, end_h in self.stalled):
            return Fraction(0)
        commanded = Fraction(0)
        for start_h, ml_h in self.flow:
            if start_h <= self.now_h:
                commanded = ml_h
        return commanded

    def _move(self, pumped_ml, out_ml):
        """Push pumped_ml in at the pump end and out_ml towards the tip, sharing at each tear."""
        parcels = []
        if pumped_ml > 0:
            concentration = self.reservoir_mcg / self.reservoir_ml
            parcels = [(pumped_ml, concentration)]
            self.reservoir_ml -= pumped_ml
            self.reservoir_mcg -= pumped_ml * concentration
            self.pumped_ml += pumped_ml

        # from the pump to the tip: push parcels in, take the same flow out, lose a share, go on
        pieces = []
        beyond = self.plugs
        for start_h, end_h, position_ml, lost_frac in self.tears:
            if start_h <= self.now_h < end_h:
                beyond, rest = _cut(beyond, self.line_ml - position_ml)
                passing, kept = _cut(rest + parcels, out_ml)
                pieces.append(kept)
                self.leaked_ml += lost_frac * out_ml
                self.leaked_mcg += lost_frac * sum((v * c for v, c in passing), Fraction(0))
                parcels = [(volume * (1 - lost_frac), c) for volume, c in passing if lost_frac < 1]
                out_ml *= 1 - lost_frac
        leaving, kept = _cut(beyond + parcels, out_ml)
        pieces.append(kept)
        self.tip_ml += out_ml
        self.tip_mcg += sum((v * c for v, c in leaving), Fraction(0))
        self.plugs = _merged([plug for piece in reversed(pieces) for plug in piece])


def _cut(plugs, volume_ml):
    """The first volume_ml of the plugs, and the rest.

    >>> _cut([(2, 10), (3, 20)], 4)
    ([(2, 10), (2, 20)], [(1, 20)])
    """
    first, rest = [], []
    wanted = volume_ml
    for volume, concentration in plugs:
        taken = min(volume, wanted)
        wanted -= taken
        if taken > 0:
            first.append((taken, concentration))
        if volume > taken:
            rest.append((volume - taken, concentration))
    if wanted != 0:
        raise ArithmeticError("more volume was asked for than is there")
    return first, rest


def _merged(plugs):
    """The same plugs, with equal neighbours joined."""
    joined = []
    for volume, concentration in plugs:
        if joined and joined[-1][1] == concentration:
            joined[-1] = (joined[-1][0] + volume, concentration)
        else:
            joined.append((volume, concentration))
    return joined


def _first_plugs(line_start_mcg_ml, line_ml):
    """Plugs of the line at time 0, tip first; the plug at the pump takes up the rounding of floats."""
    if not isinstance(line_start_mcg_ml, (list, tuple)):
        return [(line_ml, Fraction(line_start_mcg_ml))]
    plugs = [(Fraction(volume), Fraction(mcg_ml)) for volume, mcg_ml in line_start_mcg_ml]
    missing_ml = line_ml - sum(volume for volume, _ in plugs)
    if abs(missing_ml) > Fraction(1, 10**12):
        raise ValueError(f"the plugs at the start leave {float(missing_ml)} mL of the line")
    volume, mcg_ml = plugs[-1]
    plugs[-1] = (volume + missing_ml, mcg_ml)
    return plugs


def _exact_rows(rows):
    """The rows with every number as an exact fraction."""
    return [tuple(Fraction(value) for value in row) for row in rows]


def _edges_h(case):
    """Every declared time (h) at which something changes, up to the end."""
    edges = {Fraction(case["duration_h"])}
    edges.update(Fraction(row[0]) for row in case["flow"])
    edges.update(Fraction(row[0]) for row in case.get("fills", []))
    for name in ("stalled", "occlusions", "tears"):
        for row in case.get(name, []):
            edges.update((Fraction(row[0]), Fraction(row[1])))
    return {edge for edge in edges if 0 <= edge <= Fraction(case["duration_h"])}
