"""What came out: results and the numbers read off them."""
