"""One page per file, each one `show(...)`."""
