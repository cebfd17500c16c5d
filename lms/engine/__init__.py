"""The pure core: no Flask, no database, no clock, no randomness, no files. Values in, values out."""
