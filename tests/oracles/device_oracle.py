"""The whole device followed parcel by parcel in fractions: pumps of every mechanism, holes, backflow, side port.

Between two events every flow is constant, so one step moves whole lists of parcels through the pump path, the
sections of the catheter between its leaks, and the second catheter; no front is ever looked for. Forward parcels
are passed on from the pump to the tip, backward ones from the tip to the pump; at a leak each parcel is shared out.
Times in h, volumes in mL, flows in mL/h, pressures in kPa, amounts in mcg, concentrations in mcg/mL.
"""

import math
from fractions import Fraction

COLUMNS = (
    "reservoir_ml",
    "reservoir_mcg",
    "withdrawn_mcg",
    "pumped_ml",
    "tip_ml",
    "second_ml",
    "leaked_ml",
    "port_ml",
    "stored_ml",
    "tip_mcg",
    "leaked_mcg",
    "line_mcg",
    "second_line_mcg",
)
RELEASE_H = Fraction(1, 60)
GRAIN = 2**90
TINY = Fraction(1, 10**20)


def grain(x):
    """A number to 27 decimals: fractions that do not grow."""
    return Fraction(round(Fraction(x) * GRAIN), GRAIN)


def tube_kpa_h_ml(length_mm, bore_mm, viscosity_pa_s=0.0007):
    """Pressure per flow of a round tube, from Poiseuille's law in SI units.

    >>> round(1000 * tube_kpa_h_ml(890, 0.529) * 0.5 / 24, 2)  # Pa at 0.5 mL/day
    1.88
    """
    per_m3_s = 128 * viscosity_pa_s * (length_mm / 1000) / (math.pi * (bore_mm / 1000) ** 4)
    return per_m3_s / 1000 * 1e-6 / 3600


def hole_flow_ml_h(q, hole_kpa_h_ml, distal_kpa_h_ml, csf_kpa):
    """What goes on to the tip past one hole, signed: (q - dP / R_h) / (1 + R_d / R_h).

    A hole of 15 micrometres at the pump end of 89 cm passes 14 % of 0.5 mL/day and 57 % of 1.0 mL/day.

    >>> hole, line = tube_kpa_h_ml(0.43, 0.015), tube_kpa_h_ml(890, 0.529)
    >>> [round(hole_flow_ml_h(q / 24, hole, line, 1.2) * 24 / q, 2) for q in (0.5, 1.0)]
    [0.14, 0.57]
    """
    return (q - csf_kpa / hole_kpa_h_ml) / (1 + distal_kpa_h_ml / hole_kpa_h_ml)


def run(case, times_h):
    """What reservoir, line and openings hold and have passed at the times asked, as floats by column.

    case: dict with
      wanted: [(start_h, ml_h)] that the mechanism tries to push; of a gas pump the factor on its own flow
      gas: None, or [(start_h, volume_ml of the lowest stair's bottom, size of a stair, [ml_h and kpa_h_ml per stair])]
      free: [(start_h, end_h, ml_h)] past the mechanism
      blocks: [(start_h, end_h, frac)]; narrow: [(start_h, end_h, kpa_h_ml)]; limit_kpa
      storage: [(start_h, end_h, ml)], added up
      fills: [(time_h, draw_ml or None, in_ml, mcg_ml), or with rinse_ml and how often]; takes: [(time_h, ml)]
      shut: [(start_h, end_h)]
      capacity_ml (more than a microlitre above it is refused), unpumpable_ml, undrawable_ml
      air: [(time_h, ml)]
      path_ml, catheter_ml, per_ml_kpa_h_ml (resistance of the catheter per mL of its volume), csf: [(start_h, kpa)]
      start: concentrations of path, catheter and second catheter
      second: None, or (volume_ml, share of the flow)
      leaks: [(start_h, end_h, position_ml, lost_frac, hole_kpa_h_ml or None, is_at_connector)]
      port: [(start_h, end_h, ml_h, mcg_ml of what is pushed in)], ml_h negative if drawn
      renewed: [(time_h, from_ml, is_primed)]
    Intervals own their start and not their end; at equal times faults end first, then
    come refills and repairs, then faults begin.
    """
    device = Device(case)
    asked = sorted({Fraction(t) for t in times_h})
    seen = {}
    for stop in sorted({*device.edges(), *asked}):
        while device.now < stop:
            device.step(stop)
        device.at_once()
        seen[stop] = {name: float(getattr(device, name)) for name in COLUMNS}
    return {name: [seen[Fraction(t)][name] for t in times_h] for name in COLUMNS} | {"refused": device.refused}


class Device:
    """All volumes, amounts and parcels at one time, and how they move on."""

    def __init__(self, case):
        self.case = case
        self.now = Fraction(0)
        for name in ("reservoir_ml", "reservoir_mcg", "withdrawn_mcg", "pumped_ml", "tip_ml", "second_ml"):
            setattr(self, name, Fraction(0))
        for name in ("leaked_ml", "port_ml", "stored_ml", "tip_mcg", "leaked_mcg", "air_ml", "release_ml_h"):
            setattr(self, name, Fraction(0))
        self.refused = 0
        self.last_mcg_ml = Fraction(0)
        self.fills = sorted(case["fills"], key=lambda row: row[0])
        self.takes = sorted(case["takes"], key=lambda row: row[0])
        self.air = sorted(case["air"], key=lambda row: row[0])
        self.renewed = sorted(case["renewed"], key=lambda row: row[0])
        # parcels [(mL, mcg/mL)] from the pump end on
        path, catheter, second = (Fraction(c) for c in case["start"])
        self.path = [(Fraction(case["path_ml"]), path)]
        self.catheter = [(Fraction(case["catheter_ml"]), catheter)]
        self.second = [(Fraction(case["second"][0]), second)] if case["second"] else []

    @property
    def line_mcg(self):
        return amount([*self.path, *self.catheter])

    @property
    def second_line_mcg(self):
        return amount(self.second)

    def edges(self):
        case, found = self.case, {Fraction(0)}
        for name in ("wanted", "fills", "takes", "air", "renewed", "gas", "csf"):
            found |= {Fraction(row[0]) for row in case[name] or ()}
        for name in ("free", "blocks", "narrow", "storage", "shut", "leaks", "port"):
            found |= {Fraction(row[i]) for row in case[name] for i in (0, 1)}
        return {one for one in found if 0 <= one <= Fraction(case["duration_h"])}

    def active(self, name):
        return [row[2:] for row in self.case[name] if row[0] <= self.now < row[1]]

    def latest(self, name):
        """What holds now of a list of what begins when."""
        return next(row[1:] for row in reversed(self.case[name]) if row[0] <= self.now)

    def conc(self):
        """Of what stands in the reservoir, or last stood there."""
        if self.reservoir_ml:
            self.last_mcg_ml = grain(self.reservoir_mcg / self.reservoir_ml)
        return self.last_mcg_ml

    def at_once(self):
        """What is done at this very instant."""
        case, now = self.case, self.now
        while self.fills and self.fills[0][0] <= now:
            _, draw_ml, in_ml, mcg_ml, *rinses = self.fills.pop(0)
            rinse_ml, n_rinses = rinses or (0, 0)
            is_shut = any(start < now < end for start, end in case["shut"])
            there = max(self.reservoir_ml - Fraction(case["undrawable_ml"]), 0)
            drawn = there if draw_ml is None else min(Fraction(draw_ml), there)
            most_ml = Fraction(case["capacity_ml"]) + Fraction(1, 1000)
            most_in = max(Fraction(in_ml), Fraction(rinse_ml) if n_rinses else 0)
            if is_shut or self.reservoir_ml - drawn + most_in > most_ml:
                self.refused += 1
                continue
            self.take(drawn)
            for _ in range(n_rinses if rinse_ml else 0):
                self.reservoir_ml += Fraction(rinse_ml)
                self.reservoir_mcg += Fraction(rinse_ml) * Fraction(mcg_ml)
                self.take(Fraction(rinse_ml))
            self.reservoir_ml += Fraction(in_ml)
            self.reservoir_mcg += Fraction(in_ml) * Fraction(mcg_ml)
        while self.renewed and self.renewed[0][0] <= now:
            _, from_ml, is_primed = self.renewed.pop(0)
            kept, old = split(self.catheter, max(Fraction(from_ml) - Fraction(case["path_ml"]), 0))
            self.withdrawn_mcg += amount(old)
            fluid = self.conc() if is_primed else 0
            self.catheter = [*kept, (sum(v for v, _ in old), Fraction(fluid))]
        while self.takes and self.takes[0][0] <= now:
            there = max(self.reservoir_ml - Fraction(case["undrawable_ml"]), 0)
            self.take(min(Fraction(self.takes.pop(0)[1]), there))
        while self.air and self.air[0][0] <= now:
            self.air_ml += Fraction(self.air.pop(0)[1])

    def take(self, ml):
        mcg = self.conc() * ml
        self.withdrawn_mcg += mcg
        self.reservoir_ml -= ml
        self.reservoir_mcg = self.reservoir_mcg - mcg if self.reservoir_ml else Fraction(0)

    def step(self, stop):
        """Move on to `stop`, or only to where a flow changes of itself."""
        case = self.case
        if self.stored_ml < TINY:
            self.stored_ml = self.release_ml_h = Fraction(0)
        span = stop - self.now
        usable = self.reservoir_ml - Fraction(case["unpumpable_ml"])
        narrow = sum((Fraction(r) for (r,) in self.active("narrow")), Fraction(0))
        turning = next((Fraction(q) for start, q in reversed(case["wanted"]) if start <= self.now), Fraction(0))
        floor = Fraction(case["unpumpable_ml"])
        if case["gas"]:
            bottom, size, stairs = self.latest("gas")
            n = min(
                max(math.ceil((self.reservoir_ml - Fraction(bottom)) / Fraction(size) - Fraction(1, 10**12)) - 1, 0), 9
            )
            flow, own = stairs[n]
            turning *= grain(Fraction(flow) * Fraction(own) / (Fraction(own) + narrow)) if own else Fraction(flow)
            floor = Fraction(bottom) + n * Fraction(size)
        turning += sum((Fraction(q) for (q,) in self.active("free")), Fraction(0))
        asked = turning if usable > 0 else Fraction(0)
        through = Fraction(1)
        for (frac,) in self.active("blocks"):
            through *= 1 - Fraction(frac)
        passing = grain(through * asked)
        is_limited = False
        if narrow and not case["gas"]:
            cap = grain(Fraction(case["limit_kpa"]) / narrow)
            is_limited = turning > cap
            passing = min(passing, cap)
        storage = sum((Fraction(ml) for (ml,) in self.active("storage")), Fraction(0))
        held = asked - passing
        freed = Fraction(0)
        if through < 1 or is_limited:
            self.release_ml_h = Fraction(0)
        elif self.stored_ml > 0:
            if self.release_ml_h == 0:
                self.release_ml_h = grain(self.stored_ml / RELEASE_H)
            freed = self.release_ml_h
            span = min(span, self.stored_ml / freed)
        into = passing
        if held > 0 and self.stored_ml < storage:
            into = asked
            span = min(span, (storage - self.stored_ml) / held)
        is_air = self.air_ml > 0
        if into > 0:
            room = self.air_ml if is_air else self.reservoir_ml - floor
            span = min(span, room / into)
        fluid = Fraction(0) if is_air else self.conc()
        # a span is only grained where a flow ends of itself
        self.move(span, into, fluid, passing + freed)
        if is_air:
            self.air_ml -= into * span
        else:
            self.reservoir_ml -= into * span
            self.reservoir_mcg -= into * span * fluid
            self.pumped_ml += into * span
        self.stored_ml += (into - passing - freed) * span
        if self.stored_ml <= 0:
            self.stored_ml = self.release_ml_h = Fraction(0)
        self.now += span
        if self.now != stop:
            self.settle(storage, floor, stop)

    def settle(self, storage, floor, stop):
        """A limit reached is reached exactly, and numbers stay short."""
        if abs(self.stored_ml - storage) < TINY:
            self.stored_ml = storage
        if self.stored_ml < TINY:
            self.stored_ml = self.release_ml_h = Fraction(0)
        if abs(self.reservoir_ml - floor) < TINY:
            self.reservoir_ml = floor
        if self.air_ml < TINY:
            self.air_ml = Fraction(0)
        # never back to before what has just begun
        self.now = min(Fraction(math.ceil(self.now * GRAIN), GRAIN), stop)

    # ------------------------------------------------------------------ through the line

    def move(self, span, into, fluid, through):
        """Push `into` in at the pump, `through` on from the pump path, and share it out at every opening."""
        case = self.case
        leaks = sorted(self.active("leaks"), key=lambda row: row[0])
        port = sum((Fraction(q) for q, _ in self.active("port")), Fraction(0))
        port_mcg_h = sum((Fraction(q) * Fraction(c) for q, c in self.active("port") if q > 0), Fraction(0))
        # volumes are handed on as (mL, mcg/mL) in the order in which they come out
        queue = [*reversed(self.path), *([(into * span, fluid)] if into * span > 0 else [])]
        coming, kept = split(queue, through * span)
        self.path = list(reversed(kept))
        flow, kept_frac = through, Fraction(1)
        for _, lost, _, is_trunk in leaks:
            kept_frac *= 1 - Fraction(lost) if is_trunk else 1
        if case["second"]:
            _, its = case["second"]
            rest, branch = share(coming, 1 - Fraction(its))
            branch, gone = share(branch, kept_frac)
            self.lose(gone)
            leaving, kept = split([*reversed(self.second), *branch], sum(v for v, _ in branch))
            self.second = list(reversed(kept))
            self.tip_mcg += amount(leaving)
            self.second_ml += sum(v for v, _ in leaving)
            coming, flow = rest, flow * (1 - Fraction(its))
        # side port, before the connector: pushed in dilutes what comes; drawn takes from it first
        self.port_ml += port * span
        flow_in = flow
        flow += port
        if port > 0:
            diluted, more = flow_in / flow, port_mcg_h / flow
            if flow_in > 0:
                coming = [(v / diluted, c * diluted + more) for v, c in coming]
            else:
                coming = [(flow * span, more)]
        elif port < 0:
            coming, drawn = share(coming, max(flow, 0) / flow_in if flow_in > 0 else Fraction(0))
            self.withdrawn_mcg += amount(drawn)
        # the connector: what runs back past a leak there is in part tissue fluid
        coming, gone = share(coming, kept_frac)
        self.leaked_mcg += amount(gone)
        self.leaked_ml += flow * (1 - kept_frac) * span
        flow *= kept_frac
        own = [row for row in leaks if not row[3]]
        flows = self.section_flows(flow, own)
        self.catheter_step(span, flows, own, coming)

    def section_flows(self, flow, leaks):
        """Flow of each section: the line seen from a leak on is a pressure behind a resistance (from the tip back)."""
        case = self.case
        place, pressure, behind = (
            Fraction(case["path_ml"]) + Fraction(case["catheter_ml"]),
            Fraction(*self.latest("csf")),
            Fraction(0),
        )
        seen = []
        for position, lost, hole, _ in reversed(leaks):
            behind += (place - Fraction(position)) * Fraction(case["per_ml_kpa_h_ml"])
            place = Fraction(position)
            seen.append((pressure, behind))
            if hole is None:
                pressure *= 1 - Fraction(lost)
            else:
                # two paths side by side from here: the hole to nought, the rest of the line to its pressure
                hole = Fraction(hole)
                pressure, behind = grain(pressure * hole / (hole + behind)), grain(behind * hole / (hole + behind))
        flows = [flow]
        for (_, lost, hole, _), (at_kpa, rest) in zip(leaks, reversed(seen), strict=True):
            here = flows[-1]
            if hole is None:
                flows.append(here * (1 - Fraction(lost)))
            else:
                flows.append(grain((here * Fraction(hole) - at_kpa) / (Fraction(hole) + rest)))
        return flows

    def catheter_step(self, span, flows, leaks, coming):
        """Cut the catheter at its leaks, move each section by its own volume, join it again."""
        case = self.case
        sections, rest, done = [], self.catheter, Fraction(case["path_ml"])
        for position, *_ in leaks:
            piece, rest = split(rest, max(Fraction(position) - done, 0))
            done = max(Fraction(position), done)
            sections.append(piece)
        sections.append(rest)
        moved = list(sections)
        self.leaked_ml += (flows[0] - flows[-1]) * span
        self.tip_ml += flows[-1] * span
        # forwards, from the pump on
        for k, flow in enumerate(flows):
            if flow <= 0:
                if k > 0 and flows[k - 1] > 0:
                    self.leaked_mcg += amount(coming)
                break
            if k > 0:
                coming, gone = share(coming, flow / flows[k - 1])
                self.leaked_mcg += amount(gone)
            leaving, kept = split([*reversed(sections[k]), *coming], flow * span)
            moved[k] = list(reversed(kept))
            coming = leaving
        else:
            self.tip_mcg += amount(coming)
        # backwards, from the tip on: CSF without drug, and tissue fluid where more is drawn than comes
        back, coming_ml_h = [], Fraction(0)
        if flows[-1] < 0:
            back, coming_ml_h = [(-flows[-1] * span, Fraction(0))], -flows[-1]
        for k in range(len(flows) - 1, -1, -1):
            drawn_ml_h = -flows[k]
            if drawn_ml_h <= 0:
                self.leaked_mcg += amount(back)
                back, coming_ml_h = [], Fraction(0)
                continue
            if coming_ml_h == 0:
                back = [(drawn_ml_h * span, Fraction(0))]
            elif drawn_ml_h <= coming_ml_h:
                back, gone = share(back, drawn_ml_h / coming_ml_h)
                self.leaked_mcg += amount(gone)
            else:
                more = drawn_ml_h / coming_ml_h
                back = [(v * more, c / more) for v, c in back]
            back, moved[k] = split([*sections[k], *back], drawn_ml_h * span)
            coming_ml_h = drawn_ml_h
        self.withdrawn_mcg += amount(back)
        self.catheter = tidy([parcel for piece in moved for parcel in piece])

    def lose(self, parcels):
        self.leaked_mcg += amount(parcels)
        self.leaked_ml += sum(v for v, _ in parcels)


def amount(parcels):
    return sum((v * c for v, c in parcels), Fraction(0))


def split(parcels, ml):
    """The first `ml` of the parcels, and the rest.

    >>> split([(2, 10), (3, 20)], 4)
    ([(2, 10), (2, 20)], [(1, 20)])
    """
    first, rest, wanted = [], [], ml
    for v, c in parcels:
        taken = min(v, wanted)
        wanted -= taken
        if taken > 0:
            first.append((taken, c))
        if v > taken:
            rest.append((v - taken, c))
    if wanted > Fraction(1, 10**15):
        raise ArithmeticError("more volume was asked for than is there")
    return first, rest


def share(parcels, part):
    """Each parcel shared out: `part` of it goes on, the rest does not.

    >>> share([(2, 10)], Fraction(1, 4))
    ([(Fraction(1, 2), 10)], [(Fraction(3, 2), 10)])
    """
    on = [(v * part, c) for v, c in parcels if part > 0]
    return on, [(v * (1 - part), c) for v, c in parcels if part < 1]


def tidy(parcels):
    """Equal neighbours as one, numbers short."""
    joined = []
    for v, c in parcels:
        v, c = grain(v), grain(c)
        if v <= 0:
            continue
        if joined and joined[-1][1] == c:
            joined[-1] = (joined[-1][0] + v, c)
        else:
            joined.append((v, c))
    return joined
