"""What came out: results and the numbers read off them."""

from sim.result.result import Ledger, Result

__all__ = ["Ledger", "Result"]
