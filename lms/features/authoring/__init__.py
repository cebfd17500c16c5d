"""Tools for authors in the terminal, without a database: `lms check`, `lms play`.

paths ── service.find ──► places ── files.read_folder ──► files ── engine ──► problems ──► Report
                                                            └── --fix: missing ids are written first
"""
