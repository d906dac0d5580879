"""What leaves the page and comes back: links, scenario files, series, reports."""
