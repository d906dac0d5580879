"""The pages, one file or folder each; only what lies here, in `session` and in `components` draws."""
