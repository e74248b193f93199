"""Programs from outside that some tests need: skipped where they are missing, but never in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str) -> pytest.MarkDecorator:
    """Skip the test with a plain reason when `program` is not installed; with CI=true it runs and fails instead."""
    absent = shutil.which(program) is None and os.environ.get("CI") != "true"
    return pytest.mark.skipif(absent, reason=f"{program} is not installed (see .ci/run)")
