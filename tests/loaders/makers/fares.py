"""Writes xlsxwriter.xlsx: dates, times, money, shares, a formula, merged cells, two sheets. Run by make.sh."""

from __future__ import annotations

import datetime

import xlsxwriter

ROWS = [
    ("North", datetime.date(2025, 4, 1), 6.75, 1204.5, 0.125),
    ("South", datetime.date(2025, 5, 15), 22 / 3, 980, 0.31),
    ("Isle", datetime.date(2025, 6, 30), 109 / 12, 1410.25, 0.085),
]
"""Line, first day, hour of the first boat, fare, share of season tickets."""

with xlsxwriter.Workbook("xlsxwriter.xlsx") as book:
    bold = book.add_format({"bold": True})
    looks = [None, *(book.add_format({"num_format": code}) for code in ("d mmm yyyy", "h:mm", '#,##0.00 "€"', "0.0%"))]
    fares = book.add_worksheet("Fares")
    fares.merge_range("A1:E1", "Fares of the Tarn Lake ferry", bold)
    fares.write_row("A3", ["Line", "Valid from", "First boat", "Fare", "Share of season tickets"], bold)
    for number, (line, day, hour, *figures) in enumerate(ROWS, 3):
        for column, value in enumerate([line, day, hour / 24, *figures]):
            fares.write(number, column, value, looks[column])
    fares.write("A7", "Total")
    fares.write_formula("D7", "=SUM(D4:D6)", looks[3], 3594.75)
    fees = book.add_worksheet("收费")
    fees.merge_range("B1:C1", "每小时（元）")
    for number, row in enumerate([("船型", "平日", "节假日"), ("双人小艇", 38, 42), ("四人木船", 56, 62)], 1):
        fees.write_row(number, 0, row)
