"""What is taught, without a page: lessons, the refill visit, the trial, leaflet, sources."""
