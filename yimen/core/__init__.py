"""Actor, working calendar, identity numbers, names, cipher, errors: no tables, knows no room."""
