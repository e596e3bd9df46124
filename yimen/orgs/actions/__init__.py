"""What may be done to the organisation: load it, mark absences, set skills, load a year, edit a station."""

from yimen.orgs.actions.calendar import load_calendar
from yimen.orgs.actions.cover import end_absence, mark_absent
from yimen.orgs.actions.loading import (
    StationRow,
    load_departments,
    load_divisions,
    load_house,
    load_norms,
    load_posts,
    load_service_systems,
    load_shipped_calendars,
    load_stations,
    station_rows,
)
from yimen.orgs.actions.outlines import OutlineRow, load_outlines, shipped_shapes, undo_outlines
from yimen.orgs.actions.phones import set_phone
from yimen.orgs.actions.skills import count_spots, set_skills
from yimen.orgs.actions.stations import edit_station, keep_households, name_service_system

__all__ = [
    "OutlineRow",
    "StationRow",
    "count_spots",
    "edit_station",
    "end_absence",
    "keep_households",
    "load_calendar",
    "load_departments",
    "load_divisions",
    "load_house",
    "load_norms",
    "load_outlines",
    "load_posts",
    "load_service_systems",
    "load_shipped_calendars",
    "load_stations",
    "mark_absent",
    "name_service_system",
    "set_phone",
    "set_skills",
    "shipped_shapes",
    "station_rows",
    "undo_outlines",
]
