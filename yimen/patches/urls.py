from django.urls import path

from yimen.patches.views import patches, redraw, signs

urlpatterns = [
    path("patches/signs", signs.registers, name="signs"),
    path("patches/photo", signs.photo, name="portrait_keep"),
    path("patches/photo/<str:account>.jpg", signs.portrait, name="portrait"),
    path("patches/prints", signs.ask, name="sign_print"),
    path("patches/prints/<str:ref>.pdf", signs.sheet_pdf, name="print_pdf"),
    path("patches/prints/<str:ref>", signs.sheet, name="print"),
    path("patches/<str:ref>/boards", signs.post, name="board_post"),
    path("patches/<str:ref>/cards", signs.give, name="card_give"),
    path("patches", patches.patches, name="patches"),
    path("patches/redraw", redraw.redraw, name="patches_redraw"),
    path("patches/redraw/start", redraw.start, name="plan_start"),
    path("patches/redraw/<str:ref>/move", redraw.move, name="plan_move"),
    path("patches/redraw/<str:ref>/split", redraw.split, name="plan_split"),
    path("patches/redraw/<str:ref>/merge", redraw.merge, name="plan_merge"),
    path("patches/redraw/<str:ref>/draw", redraw.draw, name="plan_draw"),
    path("patches/redraw/<str:ref>/officer", redraw.name_officer, name="plan_officer"),
    path("patches/redraw/<str:ref>/drop", redraw.drop, name="plan_drop"),
    path("patches/redraw/<str:ref>/publish", redraw.publish, name="plan_publish"),
    path("patches/publications/<str:ref>/undo", redraw.undo, name="publication_undo"),
    path("patches/<str:ref>", patches.patch, name="patch"),
    path("patches/<str:ref>/officer", patches.name_officer, name="patch_officer"),
]
