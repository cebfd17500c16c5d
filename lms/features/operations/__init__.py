"""Operations: starting and stopping, looking after the data, and saying what is there.

    folder      the data folder (0700) and the lock that keeps a second server from the same SQLite file
    server      `lms run`: web processes (granian) and one worker process; whoever dies is started again
    worker      `lms work`: the jobs, each in a thread
    archive     a backup: every row as JSON lines, every file, counts and hashes; the same for both databases
    service     prepare, migrate, back up, restore, readiness
    atlas       `lms map`: modules, pages, commands, tables, reactions, statements, from the live application
    reference   the pages of settings and commands, made from their tables
    house       what the composition root hands in

O1  a backup is one moment: whatever is written meanwhile is in it wholly or not at all
O2  a restore is one transaction: it leaves the old content or the new, and the new is compared with its hashes first
O3  a server that dies takes its processes with it; a process that dies is started again
O4  every refusal (port, folder, second server, newer database) is a message and a status, never a traceback
"""
