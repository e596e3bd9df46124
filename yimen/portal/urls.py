"""Every address of the resident pages."""

from django.urls import path

from yimen.portal.views import halls, officers, reading, saying, tracking

urlpatterns = [
    path("p/", reading.home, name="portal"),
    path("p/guides", reading.guide_list, name="guides"),
    path("p/guides/<str:code>", reading.guide, name="guide"),
    path("p/check/<str:code>", reading.check, name="check"),
    path("p/promises", reading.promises, name="promises"),
    path("p/accessibility", reading.accessibility, name="accessibility"),
    path("p/privacy", reading.privacy, name="privacy"),
    path("p/elder", reading.elder, name="elder"),
    path("p/halls", halls.halls, name="halls"),
    path("p/halls/<str:code>", halls.one_hall, name="hall"),
    path("p/officer", officers.find, name="find_officer"),
    path("p/o/<str:ref>", officers.officer, name="officer"),
    path("p/o/<str:ref>/photo.jpg", officers.photo, name="officer_photo"),
    path("p/o/<str:ref>/message", officers.message, name="officer_message"),
    path("p/track", tracking.track, name="track"),
    path("p/forget", tracking.forget, name="forget"),
    path("p/t/<str:number>", tracking.from_code, name="track_code"),
    path("p/track/<str:number>", tracking.followed, name="followed"),
    path("p/track/<str:number>/result.pdf", tracking.result, name="followed_result"),
    path("p/track/<str:number>/message", tracking.message, name="followed_message"),
    path("p/track/<str:number>/reopen", tracking.reopen, name="followed_reopen"),
    path("p/track/<str:number>/withdraw", tracking.withdraw, name="followed_withdraw"),
    path("p/rate/<str:number>", saying.rate, name="rate"),
    path("p/complain", saying.complain, name="complain"),
    path("p/open", saying.figures, name="public_figures"),
    path("p/open/<str:code>", saying.figures, name="public_figures_of"),
]
