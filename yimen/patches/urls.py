from django.urls import path

from yimen.patches.views import signs

urlpatterns = [
    path("patches/signs", signs.registers, name="signs"),
    path("patches/photo", signs.photo, name="portrait_keep"),
    path("patches/photo/<str:account>.jpg", signs.portrait, name="portrait"),
    path("patches/prints", signs.ask, name="sign_print"),
    path("patches/prints/<str:ref>", signs.sheet, name="print"),
    path("patches/prints/<str:ref>.pdf", signs.sheet_pdf, name="print_pdf"),
    path("patches/<str:ref>/boards", signs.post, name="board_post"),
    path("patches/<str:ref>/cards", signs.give, name="card_give"),
]
