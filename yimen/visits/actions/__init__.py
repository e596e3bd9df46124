"""What may be done about visits: the rule and its households, plans, findings, goals, gaps, notes."""
