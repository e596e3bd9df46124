"""Files that somebody sends: kept in sealed pieces until they are read, read by a child process that may do nothing
else. What a file holds, and what becomes of it, is the matter of the room that asked for it."""
