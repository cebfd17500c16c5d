"""What everything else stands on: errors, the clock, ids, settings and records that travel as JSON. Imports nothing of ours."""
