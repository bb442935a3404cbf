"""What the tests of validation share: one pyshacl process, and how many random cases to try.

The large differential run: `pytest tests/unit/validation/test_differential.py -s --hypothesis-profile=large
--hypothesis-seed=1`, about six minutes.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from ogdkg.validation.pyshacl.client import PyShaclProcess

CHECKS = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
settings.register_profile(
    "large", deadline=None, derandomize=False, max_examples=300, suppress_health_check=CHECKS
)


@pytest.fixture(scope="session")
def pyshacl() -> Iterator[PyShaclProcess]:
    """One process for the whole session: starting one takes half a second."""
    with PyShaclProcess(timeout=60) as pyshacl:
        yield pyshacl
