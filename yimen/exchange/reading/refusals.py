"""The sentences that several readers of rosters share."""

from yimen.core.errors import N_

BROKEN = N_("The file cannot be read. Open it in a spreadsheet program and save it again as .xlsx.")
PROTECTED = N_("The file is protected by a password. Take the password off and save it again.")
MACROS = N_("The workbook holds macros. Save it as .xlsx, which holds none.")
NOT_A_WORKBOOK = N_("This is not a workbook or a text file with columns. Choose an .xlsx, .xls or .csv file.")
