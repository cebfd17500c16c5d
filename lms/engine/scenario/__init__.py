"""The scenario language: syntax, parse, check, compile, Program, run, debrief."""
