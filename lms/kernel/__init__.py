"""What everything else stands on: errors, the clock, ids and settings. Imports nothing of ours."""
