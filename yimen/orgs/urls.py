from django.urls import path

from yimen.orgs.views import accounts, calendars, cover, matrix, own, seals, stations, trail

urlpatterns = [
    path("cover", cover.cover, name="cover"),
    path("cover/away", cover.mark, name="cover_away"),
    path("cover/<str:ref>/back", cover.back, name="cover_back"),
    path("calendar", calendars.years, name="calendar"),
    path("calendar/load", calendars.load, name="calendar_load"),
    path("calendar/<int:year>", calendars.year, name="calendar_year"),
    path("station", stations.stations, name="stations"),
    path("station/eighth", stations.name_eighth, name="service_system"),
    path("station/<str:code>", stations.station, name="station"),
    path("station/<str:code>/edit", stations.edit, name="station_edit"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new", accounts.create, name="account_new"),
    path("accounts/<str:ref>", accounts.account, name="account"),
    path("accounts/<str:ref>/close", accounts.close, name="account_close"),
    path("accounts/<str:ref>/password", accounts.reset, name="account_reset"),
    path("accounts/<str:ref>/seats", accounts.grant, name="seat_grant"),
    path("accounts/<str:ref>/seats/<str:seat>/end", accounts.end, name="seat_end"),
    path("matrix", matrix.matrix, name="matrix"),
    path("me", own.own, name="me"),
    path("me/password", own.password, name="me_password"),
    path("me/sessions/<str:ref>/end", own.end_session, name="me_session_end"),
    path("me/tokens", own.issue_token, name="me_token"),
    path("me/tokens/<uuid:token>/end", own.end_token, name="me_token_end"),
    path("me/trail", trail.own, name="me_trail"),
    path("switch", own.switch, name="switch"),
    path("trail", trail.entries, name="trail"),
    path("trail/verify", seals.verify, name="trail_verify"),
    path("trail.csv", trail.export, name="trail_export"),
]
