"""What may be done to the register. Each action loads through reach, obeys the rules and goes on record."""
