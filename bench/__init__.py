"""Measurements. Each prints ratios taken in one run; none is a test, because a machine's mood is not a defect."""
