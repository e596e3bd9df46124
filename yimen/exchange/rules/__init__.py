"""What a spreadsheet says: sheets, headers, columns, cells and rows, in plain Python."""
