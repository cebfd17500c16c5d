"""My record: everything that one has learned here, practice too, and the download of all that is kept about one."""
