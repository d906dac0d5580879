"""The grid on which an effect's site is read for the slow filters: fixed by a course's edges alone.

Panels start fine after each edge, where the site bends most, and grow with the time since it.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.body.canal import SITES, Canal, site_weights
from sim.body.drug import Drug
from sim.exact.network import NetworkCourse
from sim.exact.steps import Array, Ticks

FIRST_TICK: Final = 1 << 24  # 17 seconds
LEAST_TICK: Final = 1 << 28  # 4 minutes, once the first 9 are over
N_PER_OCTAVE: Final = 32
LAST_OCTAVE: Final = 50


def panel_offsets(halvings: int = 0) -> Ticks:
    """Ticks (j,) after an edge at which panels end, as far as any run goes; `halvings` refine them."""
    # a large dose fills the receptors of a person never treated within minutes
    start = FIRST_TICK * np.array([0, 1, 2, 4, 8, 12, 16, 24], dtype=np.int64)
    octaves = [
        np.arange(1 << k, 2 << k, max(LEAST_TICK, (1 << k) // N_PER_OCTAVE), dtype=np.int64)
        for k in range(LEAST_TICK.bit_length(), LAST_OCTAVE)
    ]
    ends = np.concatenate([start, *octaves])
    for _ in range(halvings):
        ends = np.sort(np.concatenate([ends, (ends[:-1] + ends[1:]) // 2]))
    return ends


def site_readings(
    course: NetworkCourse, canal: Canal, drug: Drug, last_tick: int, halvings: int = 0
) -> tuple[Ticks, list[tuple[Array, Array, Array]]]:
    """Nodes (k,), and for each site of the drug its concentration (mcg/mL) and slope per h before and after each."""
    offset = panel_offsets(halvings)
    reach = np.searchsorted(offset, np.diff(np.append(course.edge, last_tick)), side="left")
    sites = drug.sites()
    rows = np.stack(
        [course.row(row) for name, site in zip(SITES, sites) for row in ({name: 1.0}, site_weights(site, canal, drug))]
    )
    inner = course.read_after(rows, offset, reach)
    at_edge = np.cumsum(reach) - reach
    place = np.arange(len(inner)) - np.repeat(at_edge, reach)
    node = np.append(np.repeat(course.edge, reach) + offset[place], last_tick)
    columns = np.concatenate([inner, course.read(rows, np.array([last_tick]))]).T
    readings = []
    for site, level, around, row in zip(sites, columns[0::2], columns[1::2], rows[1::2], strict=True):
        # slope of the site = rate x (what is around it - site); what jumps in is felt from the jump on
        per_h = math.log(2.0) / site.half_life_h
        after = per_h * (around - level)
        before = after.copy()
        before[at_edge] -= per_h * (course.jump @ row)
        readings.append((level, before, after))
    return node, readings
