"""The one exception inside the child, and the sentences that several readers share."""

from yimen.core.errors import N_

BROKEN = N_("The file cannot be read. Open it in a spreadsheet program and save it again as .xlsx.")
PROTECTED = N_("The file is protected by a password. Take the password off and save it again.")
MACROS = N_("The workbook holds macros. Save it as .xlsx, which holds none.")
NOT_A_WORKBOOK = N_("This is not a workbook or a text file with columns. Choose an .xlsx, .xls or .csv file.")


class Refused(Exception):
    """The file is refused with an English msgid and its parameters."""

    def __init__(self, message: str, **params: str) -> None:
        super().__init__(message)
        self.message = message
        self.params = params
