"""What may be done to the organisation: load it, mark absences, set skills, load a year, edit a station."""

from yimen.orgs.actions.calendar import load_calendar
from yimen.orgs.actions.loading import (
    StationRow,
    load_departments,
    load_divisions,
    load_house,
    load_posts,
    load_service_systems,
    load_shipped_calendars,
    load_stations,
    station_rows,
)

__all__ = [
    "StationRow",
    "load_calendar",
    "load_departments",
    "load_divisions",
    "load_house",
    "load_posts",
    "load_service_systems",
    "load_shipped_calendars",
    "load_stations",
    "station_rows",
]
