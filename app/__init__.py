"""The window on the model: pages, pictures, files. Teaching only."""
