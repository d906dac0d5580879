"""What came out: results and the numbers read off them."""

from sim.result.result import Ledger, Result
from sim.result.standing import Standing

__all__ = ["Ledger", "Result", "Standing"]
