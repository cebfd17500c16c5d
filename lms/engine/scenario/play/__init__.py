"""Running a Program: pure steps from state to state, what a learner is offered, and what to look back on.

machine      a Program made ready to run: closures and tables; nothing of it is stored
run, turn    start, act, replay; the order of things in one action
state        the one JSON value that a run is between two actions
events       actions in, events out, and the answer No
offer, scene what a learner sees, with `charts`
debrief      what to look back on, from Program and events alone; `path` walks the run again, `debriefing` has the types
"""
