"""What visits can answer: the rule, the plan, the doors, findings, the journal, coverage."""
