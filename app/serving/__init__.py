"""What stands between the network and the page: who is answered, how often, and under which rules for the browser."""
