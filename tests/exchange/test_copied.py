"""Rows by the clipboard, out and in: quotes, line breaks, tabs and formulas stay what they are."""

from __future__ import annotations

from discharge.exchange.copied import cells_of, cells_of_html, html_table, tabbed
from discharge.exchange.csv_writing import from_text_cell

ROWS = [
    ["Name", "Phone", "Notes", "Beds"],
    ['"Nan" Marsh', "020 7946 0100", 'says ""no""\nand <b>means</b> it', "12"],
    ["=HYPERLINK(1)", "+44 20", "a\ttab", "-3"],
    ["'quoted", "-", "", "0012"],
    ["Zoë & Søn \u00bd", "@here", '"', "1.5"],
]
FROM_EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td {}</style></head><body>
<table border=0><!--StartFragment--> <col width=64>
 <tr height=20><td>Name</td><td>Date of
  birth</td><td>Notes</td></tr>
 <tr><td class=xl65>Marsh &amp; Sons</td><td>03/02/1938</td><td>two<br
  style='mso-data-placement:same-cell'>lines<table><tr><td>nested</td></tr></table></td>
 <tr><td>Ada</td><td></td><td><p>one</p><p>two</p></td></tr>
<!--EndFragment--></table><table><tr><td>another</td></tr></table></body></html>"""


def test_what_goes_out_as_text_with_tabs_comes_back() -> None:
    there = cells_of(tabbed(ROWS).rstrip("\n"))
    assert [[from_text_cell(cell) for cell in row] for row in there] == ROWS


def test_what_goes_out_as_html_comes_back_but_for_tabs() -> None:
    there = [[from_text_cell(cell) for cell in row] for row in cells_of_html(html_table(ROWS))]
    assert there == [[" ".join(c.split("\t")) for c in row] for row in ROWS]


def test_no_cell_is_taken_for_a_formula() -> None:
    for out in (tabbed(ROWS), html_table(ROWS)):
        assert "'=HYPERLINK" in out or "&#x27;=HYPERLINK" in out
        assert not [line for line in out.replace("<", "\n<").splitlines() if line.startswith(("=", "+", "@"))]


def test_numbers_are_numbers_and_all_else_is_text_in_a_table_of_html() -> None:
    out = html_table(ROWS)
    assert "<td>12</td>" in out
    assert "<td>0012</td>" not in out
    assert "<td>020" not in out


def test_the_first_table_of_excels_html_is_read_line_breaks_and_all() -> None:
    assert cells_of_html(FROM_EXCEL) == [
        ["Name", "Date of birth", "Notes"],
        ["Marsh & Sons", "03/02/1938", "two\nlinesnested"],
        ["Ada", "", "one\ntwo"],
    ]
    assert cells_of_html("no table") == []


def test_a_quote_that_never_ends_is_a_letter() -> None:
    assert cells_of('"open\tquote\n2" bed\tx\t') == [['"open', "quote"], ['2" bed', "x", ""]]
