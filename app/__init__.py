"""The window on the model: pages, pictures, files. Teaching only."""

import os

# the model's matrices are small: threads that wait for each other cost up to five times what they give
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
