"""The scenario language, from text to debrief. The rest of the house imports `api` and the types it hands out.

    text ── parse ──► syntax ── check, compile ──► Program ── run ──► State, events ── debrief ──► Debrief
                         ▲                            │                    │
              grammar, typecheck                   machine              offer ──► Scene

program      what a compiled scenario holds; canonical bytes, format number, hash
expression   guards and effects as trees; `grammar` reads them, `scope` and `typecheck` check, `evaluate` runs them
machine      a Program made ready to run: closures, tables, distances; nothing of it is stored
run, turn    start, act, replay; the order of things in one action
ways         where scenes lead, call and come back to; `structure` reads hubs, calls, checkpoints and draws, `groups` sees
             that calls come back, `chance` decides draws
state        the one JSON value that a run is between two actions
events       actions in, events out, and the answer No
offer, scene what a learner sees
include      what other files a story consists of; `language_file` and `overlay` read how else it is told, `tellings` puts
             that into the Program, `wording` hands out the Program in other words
difference   what a new version changes, and its class; `succession` whether every moment keeps its place
debrief      what to look back on, from Program and events alone; `path` walks the run again, `debriefing` has the types
"""
