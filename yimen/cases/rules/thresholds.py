"""Numbers the mission leaves open. Marked [proposed]: defaults for a city to confirm, never shown as law."""

from datetime import timedelta

ESCALATE_STREET_AFTER = 3  # working days late [proposed]
ESCALATE_DISTRICT_AFTER = 5  # working days late [proposed]
EXTENSION_MOST = 10  # working days [proposed; after the Administrative Licensing Law, art. 42, not checked]
RETURN_DAYS = 10  # working days to bring missing papers, as printed on the notice [proposed]
FOLLOW_UP_DAYS = 15  # working days to call back after a bad mark or a complaint [proposed]
REOPEN_WITHIN = timedelta(days=30)  # after closing [proposed]
RATE_WITHIN = timedelta(days=180)  # after closing [proposed]
URGE_EVERY = timedelta(days=1)  # one reminder of a case a day [proposed]
BAD_LEVELS = (1, 2)  # GB/T 39735: the two lowest of five levels
