"""Rows: metadata, types, the unit of work, migrations."""
