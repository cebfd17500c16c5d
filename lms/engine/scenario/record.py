"""The record of the kernel, under the name by which the scenario engine imports it."""

from lms.kernel.record import Record, Tagged, canonical, reader

__all__ = ["Record", "Tagged", "canonical", "reader"]
