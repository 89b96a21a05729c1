"""What all tests share: one fixed Hypothesis profile, and the modules of `tests/` by name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

# Before anything imports numpy. The matrices are small: several threads would spend ten times the
# work of one on waiting for each other, and tests run side by side already.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))

# The same examples on every run and every machine; what takes how long is for the benchmarks.
settings.register_profile(
    "fixed",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
settings.load_profile("fixed")
