"""The record: statements kept (lrs) and delivered (tracking)."""
