"""Files of other programs: text, workbooks and exports.

Doors: `text.table` reads delimited text, `workbooks.read` a workbook, `export.write` writes a
frame.
"""
