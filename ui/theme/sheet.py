"""The style sheet, made from a palette and a scale. Widgets carry a `kind` or `tone` and no colours.

Properties that the sheet knows:

- `kind` of a QLabel: `title`, `heading`, `muted`, `small`, `problem`, `strong`
- `kind` of a QPushButton: `main` (the page's one), `plain` (default), `link`, `danger`
- `kind` of a QToolButton: `rail`, `tool`, `chip` (a filter that can be on), `float` (over a map), `status`
  (in the status line)
- `kind` of a QFrame: `rail`, `header`, `statusline`, `card`, `banner`, `line`, `detail`,
  `column` (of a board; its `drop` says whether a card can be dropped: `yes`, `here`, `no`)
- `tone` of a banner or a chip: the values of `Tone`
- `wrong` of a field: `true` while what it holds won't do

Every tooltip is plain text, here and nowhere else: a name that looks like markup is shown as it is written,
and no file or server that it names is asked for.
"""

from __future__ import annotations

from pathlib import Path

from ui.theme.palette import Mode, Palette, Tone
from ui.theme.scale import RADIUS, TARGET, Size


def url(path: Path) -> str:
    """A file in a style sheet, whatever is in its path: blanks, quotes, letters of any language."""
    inside = path.as_posix().replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ")
    return f'url("{inside}")'


def style_sheet(palette: Palette, *, scale: float, icons: Path, mode: Mode) -> str:
    """The whole application's style sheet for one palette at one scale (1.0 = 100 %)."""

    def px(pixels: float) -> str:
        return f"{round(pixels * scale)}px"

    focus = 2
    edge = 2 if mode is Mode.CONTRAST else 1
    # where every edge stands out as much as the focus does, that is told by its breadth
    ring = 4 if mode is Mode.CONTRAST else focus
    p = palette
    arrow = {Mode.LIGHT: "light", Mode.DARK: "dark", Mode.CONTRAST: "contrast"}[mode]

    def within(pixels: float) -> str:
        """The padding that leaves words where they are when the edge becomes the ring of the focus."""
        return f"{max(0, round(pixels * scale) - (ring - edge))}px"

    def beside_fields(wider: int) -> str:
        """The padding of a choice whose edge is so much wider: its words begin where those of a field do, in
        which Qt leaves two pixels besides."""
        return f"{round(7 * scale) + 2 - wider}px"

    def as_high(pixels: float) -> str:
        """The height that leaves a button as high as it was when its edge becomes that ring."""
        return f"{round(pixels * scale) - 2 * (ring - edge)}px"

    def drawn(name: str) -> str:
        return url(icons / "drawn" / f"{name}-{arrow}.svg")

    main_focus = f"border: {ring}px solid {p.text};"
    if mode is Mode.CONTRAST:
        # no edge stands out both from its bright ground and from the window: it is turned inside out
        main_focus = f"border: {ring}px solid {p.fill}; background: {p.surface}; color: {p.fill};"
    around = p.line if mode is Mode.CONTRAST else "transparent"
    # nothing but its place says of a bare word or icon that it is pressed: there it has the edge of a button
    bare_edge = ""
    if mode is Mode.CONTRAST:
        bare_edge = f"""
QToolButton {{ border: {edge}px solid {p.border}; }}
QToolButton:disabled {{ border-color: {p.line}; }}
QToolButton:focus {{ border: {ring}px solid {p.accent}; padding: {within(2)} {within(6)}; }}
QToolButton[kind="fold"], QToolButton[kind="status"] {{ border-color: transparent; }}
QToolButton[kind="fold"]:focus, QToolButton[kind="status"]:focus {{ border-color: {p.accent}; }}"""
    tones = "".join(
        f"""
QFrame[kind="banner"][tone="{tone.value}"] {{ background: {p.ground(tone)}; border: none;
    border-left: {px(4)} solid {p.ink(tone)}; }}
QLabel[tone="{tone.value}"] {{ color: {p.ink(tone)}; }}
QLabel[kind="chip"][tone="{tone.value}"] {{ background: {p.ground(tone)}; color: {p.ink(tone)}; }}
"""
        for tone in Tone
    )
    return f"""
QWidget {{ color: {p.text}; }}
QMainWindow, QDialog {{ background: {p.window}; }}
QDialog[kind="palette"] {{ border: {edge}px solid {p.border}; }}
QToolTip {{ background: {p.text}; color: {p.surface}; border: none; padding: {px(6)} {px(8)};
    qproperty-textFormat: PlainText; }}

QLabel {{ background: transparent; }}
QLabel[kind="title"] {{ font-size: {px(Size.TITLE)}; font-weight: 600; }}
QLabel[kind="heading"] {{ font-size: {px(Size.BASE)}; font-weight: 600; }}
QLabel[kind="overline"] {{ font-size: {px(Size.SMALL)}; font-weight: 600; color: {p.muted}; }}
QLabel[kind="code"] {{ font-size: {px(Size.TITLE)}; font-weight: 600; }}
QLabel[kind="strong"] {{ font-weight: 600; }}
QLabel[kind="muted"] {{ color: {p.muted}; }}
QLabel[kind="small"] {{ color: {p.muted}; font-size: {px(Size.SMALL)}; }}
QLabel[kind="problem"] {{ color: {p.danger.ink}; font-size: {px(Size.SMALL)}; }}
QLabel[kind="chip"] {{ border-radius: {px(RADIUS)}; padding: {px(2)} {px(8)}; font-weight: 600; }}
{tones}

QFrame[kind="rail"] {{ background: {p.window}; border: none; border-right: 1px solid {p.line}; }}
QFrame[kind="header"] {{ background: {p.window}; border: none; }}
QFrame[kind="statusline"] QPushButton {{ min-height: {px(TARGET - 8)}; }}
QFrame[kind="statusline"] {{ background: {p.window}; border: none; border-top: 1px solid {p.line}; }}
QFrame[kind="card"] {{ background: {p.surface}; border: 1px solid {p.line}; border-radius: {px(RADIUS)}; }}
QFrame[kind="tour"] {{ background: {p.surface}; border: {focus}px solid {p.accent};
    border-radius: {px(RADIUS)}; }}
QFrame[kind="detail"] {{ background: {p.surface}; border: none; border-left: 1px solid {p.line}; }}
QFrame[kind="surface"] {{ background: {p.surface}; border: none; }}
QFrame[kind="line"] {{ background: {p.line}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[kind="banner"] {{ border-radius: 0; }}

QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox {{ outline: 0; }}
QPushButton {{
    background: {p.surface}; color: {p.text}; border: {edge}px solid {p.border};
    border-radius: {px(RADIUS)}; padding: 0 {px(12)}; min-height: {px(TARGET - 2)};
}}
QPushButton:hover {{ background: {p.raised}; border-color: {p.text}; }}
QPushButton:pressed, QPushButton:checked {{ background: {p.selection}; }}
QPushButton:focus {{ border: {ring}px solid {p.accent}; padding: 0 {within(12)};
    min-height: {as_high(TARGET - 2)}; }}
QPushButton:disabled {{ color: {p.muted}; border-color: {p.line}; background: {p.window}; }}
QPushButton[kind="main"] {{ background: {p.fill}; color: {p.on_fill}; border-color: {p.fill};
    font-weight: 600; }}
QPushButton[kind="main"]:hover {{ border-color: {p.text}; }}
QPushButton[kind="main"]:focus {{ {main_focus} }}
QPushButton[kind="main"]:disabled {{ background: {p.neutral.ground}; color: {p.muted};
    border-color: {p.line}; }}
QPushButton[kind="danger"] {{ color: {p.danger.ink}; border-color: {p.danger.ink}; }}
QPushButton[kind="link"] {{ background: transparent; border: {focus}px solid transparent; color: {p.accent};
    padding: 0 {px(6)}; text-decoration: underline; }}
QPushButton[kind="link"]:disabled {{ color: {p.muted}; text-decoration: none; }}
QPushButton[kind="link"]:focus {{ border: {focus}px solid {p.accent}; min-height: {px(TARGET - 2)}; }}
QPushButton[kind="figure"] {{ background: transparent; border: {focus}px solid transparent;
    color: {p.accent}; padding: 0 {px(6)}; font-weight: 600; }}
QPushButton[kind="figure"]:hover {{ background: {p.selection}; }}
QPushButton[kind="figure"]:focus {{ border: {focus}px solid {p.accent}; min-height: {px(TARGET - 2)}; }}
QPushButton::menu-indicator {{ image: {drawn("down")}; width: {px(12)}; height: {px(12)};
    subcontrol-position: right center; right: {px(6)}; }}

QToolButton {{ background: transparent; border: {focus}px solid transparent; border-radius: {px(RADIUS)};
    padding: {px(2)} {px(6)}; min-height: {px(TARGET - 8)}; }}
QToolButton:hover {{ background: {p.neutral.ground}; }}
QToolButton:pressed, QToolButton:checked {{ background: {p.selection}; }}
QToolButton:focus {{ border-color: {p.accent}; }}
{bare_edge}
QToolButton:disabled {{ color: {p.muted}; }}
QToolButton::menu-indicator {{ image: none; }}
QToolButton[kind="chip"] {{ background: {p.surface}; border: {edge}px solid {p.border};
    border-radius: {px((TARGET - 4) / 2)}; padding: 0 {px(10)}; min-height: {px(TARGET - 4)}; }}
QToolButton[kind="chip"]:hover {{ border-color: {p.text}; }}
QToolButton[kind="chip"]:checked {{ background: {p.selection}; border-color: {p.accent}; color: {p.accent};
    font-weight: 600; }}
QToolButton[kind="chip"]:focus {{ border: {ring}px solid {p.accent}; padding: 0 {within(10)};
    min-height: {as_high(TARGET - 4)}; }}
QToolButton[kind="chip"][popupMode="2"] {{ padding-right: {px(24)}; }}
QToolButton[kind="chip"][popupMode="2"]::menu-indicator {{ image: {drawn("down")};
    width: {px(12)}; height: {px(12)}; subcontrol-position: right center; right: {px(8)}; }}
QToolButton[kind="chip"][short="true"] {{ padding-left: {px(6)}; padding-right: {px(20)}; }}
QToolButton[kind="chip"][segment="true"] {{ padding-right: {px(2)}; }}
QToolButton[kind="float"] {{ background: {p.surface}; border: {edge}px solid {p.border}; padding: 0;
    min-height: 0; }}
QToolButton[kind="float"]:hover {{ border-color: {p.text}; background: {p.raised}; }}
QToolButton[kind="float"]:checked {{ background: {p.selection}; }}
QToolButton[kind="float"]:focus {{ border: {ring}px solid {p.accent}; }}
QToolButton[kind="fold"] {{ font-weight: 600; padding-left: 0; }}
QToolButton[kind="fold"]:checked {{ background: transparent; }}
QToolButton[kind="fold"]:hover {{ background: {p.neutral.ground}; }}
QToolButton[kind="status"] {{ color: {p.muted}; min-height: {px(TARGET - 8)}; }}
QLineEdit > QToolButton {{ min-height: 0; padding: 0; border: none; }}

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QTimeEdit, QComboBox {{
    background: {p.surface}; color: {p.text}; border: {edge}px solid {p.border};
    border-radius: {px(RADIUS)}; padding: 0 {px(7)}; min-height: {px(TARGET - 2)};
    selection-background-color: {p.fill}; selection-color: {p.on_fill};
    placeholder-text-color: {p.example};
}}
QPlainTextEdit, QTextEdit {{ padding: {px(4)}; }}
QLineEdit:hover, QPlainTextEdit:hover, QComboBox:hover {{ border-color: {p.text}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus, QDateEdit:focus,
QTimeEdit:focus {{ border: {ring}px solid {p.accent}; padding: 0 {within(7)}; }}
QPlainTextEdit:focus, QTextEdit:focus {{ padding: {within(4)}; }}
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] {{
    border: {ring}px solid {p.danger.ink}; padding: 0 {within(7)}; }}
QPlainTextEdit[wrong="true"] {{ padding: {within(4)}; }}
QLineEdit[wrong="true"]:focus, QPlainTextEdit[wrong="true"]:focus, QComboBox[wrong="true"]:focus {{
    border-color: {p.accent}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QLineEdit[readOnly="true"],
QPlainTextEdit[readOnly="true"] {{
    background: {p.window}; color: {p.muted}; border-color: {p.line}; }}
QSpinBox::up-button, QSpinBox::down-button {{ width: 0; border: none; }}
QSlider {{ min-height: {px(24)}; border: {focus}px solid transparent; border-radius: {px(RADIUS)};
    background: transparent; }}
QSlider:focus {{ border-color: {p.accent}; }}
QSlider::groove:horizontal {{ height: {px(4)}; background: {p.border}; border-radius: {px(2)}; }}
QSlider::sub-page:horizontal {{ background: {p.fill}; border-radius: {px(2)}; }}
QSlider::handle:horizontal {{ width: {px(14)}; margin: -{px(6)} 0; border-radius: {px(8)};
    background: {p.surface}; border: {focus}px solid {p.fill}; }}
QSlider::handle:horizontal:hover {{ border-color: {p.text}; }}
QTextBrowser[kind="reader"] {{ border: {focus}px solid {p.surface}; border-radius: 0; padding: 0; }}
QTextBrowser[kind="reader"]:focus {{ border-color: {p.accent}; padding: 0; }}
QComboBox:!editable {{ padding-left: {beside_fields(0)}; }}
QComboBox:!editable:focus, QComboBox:!editable[wrong="true"] {{ padding-left: {beside_fields(ring - edge)}; }}
QComboBox::drop-down {{ border: none; width: {px(22)}; }}
QComboBox::down-arrow {{ image: {drawn("down")}; width: {px(12)}; height: {px(12)}; }}
QComboBox QAbstractItemView {{ background: {p.surface}; border: {edge}px solid {p.border}; padding: {px(2)};
    selection-background-color: {p.selection}; selection-color: {p.text}; outline: 0; }}
QComboBox QAbstractItemView::item {{ min-height: {px(26)}; }}

QCheckBox, QRadioButton {{ spacing: {px(8)}; padding: 0 {px(4)} 0 {px(3)}; min-height: {px(24)};
    background: transparent; border: {focus}px solid transparent; border-radius: {px(RADIUS)}; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {p.accent}; }}
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {{ width: {px(16)}; height: {px(16)};
    border: {edge}px solid {p.border}; background: {p.surface}; border-radius: {px(3)}; }}
QRadioButton::indicator {{ border-radius: {px(8)}; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {p.text}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{ background: {p.fill}; border-color: {p.fill};
    image: {drawn("tick")}; }}
QRadioButton::indicator:checked {{ width: {px(8)}; height: {px(8)}; background: {p.on_fill};
    border: {px(4) if edge == 1 else px(5)} solid {p.fill}; border-radius: {px(8)}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {p.muted}; }}

QAbstractItemView {{ background: {p.surface}; alternate-background-color: {p.raised}; color: {p.text};
    border: none; gridline-color: {p.line}; outline: 0;
    selection-background-color: {p.selection}; selection-color: {p.text}; }}
QHeaderView {{ background: {p.raised}; border: none; }}
QHeaderView::section {{ background: {p.raised}; color: {p.muted}; border: none;
    border-bottom: 1px solid {p.line}; padding: {px(4)} {px(8)}; font-weight: 600;
    font-size: {px(Size.SMALL)}; }}
QHeaderView::section:hover {{ color: {p.text}; background: {p.neutral.ground}; }}
QHeaderView::up-arrow {{ image: {drawn("up")}; width: {px(10)}; height: {px(10)};
    subcontrol-position: right center; right: {px(4)}; }}
QHeaderView::down-arrow {{ image: {drawn("down")}; width: {px(10)}; height: {px(10)};
    subcontrol-position: right center; right: {px(4)}; }}
QTableView QTableCornerButton::section {{ background: {p.raised}; border: none; }}
QFrame[kind="column"] {{ background: {p.window}; border: {focus}px solid {around};
    border-radius: {px(RADIUS)}; }}
QFrame[kind="column"][drop="yes"] {{ border: {focus}px dashed {p.accent}; }}
QFrame[kind="column"][drop="here"] {{ border: {focus}px solid {p.accent}; background: {p.selection}; }}
QListView[kind="cards"] {{ background: transparent; }}
QListView::indicator {{ margin-right: {px(5)}; }}
QListView[kind="boxed"] {{ border: {edge}px solid {p.border}; border-radius: {px(RADIUS)}; }}
QListView::item, QTreeView::item {{ min-height: {px(26)}; padding: 0 {px(6)}; }}
QListView::item:selected, QTreeView::item:selected {{ background: {p.selection}; color: {p.text}; }}
QListView::item:focus, QTreeView::item:focus {{ border: 1px solid {p.accent}; }}

QMenuBar {{ background: {p.window}; border-bottom: 1px solid {p.line}; }}
QMenuBar::item {{ padding: {px(4)} {px(10)}; background: transparent; }}
QMenuBar::item:selected {{ background: {p.selection}; }}
QMenu {{ background: {p.surface}; border: {edge}px solid {p.border}; padding: {px(4)}; }}
QMenu::item {{ padding: {px(5)} {px(24)} {px(5)} {px(8)}; border-radius: {px(3)}; }}
QMenu::item:selected {{ background: {p.selection}; color: {p.text}; }}
QMenu::item:disabled {{ color: {p.muted}; }}
QMenu::icon {{ padding-left: {px(6)}; }}
QMenu::separator {{ height: 1px; background: {p.line}; margin: {px(4)} {px(6)}; }}

QScrollArea {{ border: none; background: transparent; }}
QAbstractScrollArea::corner {{ border: none; background: transparent; }}
QScrollArea > QWidget > QWidget {{ background: transparent; }}
QScrollBar:vertical {{ background: transparent; width: {px(11)}; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(11)}; margin: 0; }}
QScrollBar::handle {{ background: {p.border}; border-radius: {px(3)}; margin: {px(2)}; }}
QScrollBar::handle:vertical {{ min-height: {px(32)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(32)}; }}
QScrollBar::handle:hover {{ background: {p.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}

QSplitter::handle {{ background: {p.surface}; }}
QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {p.accent}; }}

QProgressBar {{ background: {p.neutral.ground}; border: 1px solid {p.border}; border-radius: {px(3)};
    min-height: {px(8)}; max-height: {px(8)}; text-align: center; color: transparent; }}
QProgressBar::chunk {{ background: {p.fill}; border-radius: {px(2)}; }}

QTabBar::tab {{ background: transparent; padding: {px(6)} {px(12)}; border-bottom: 2px solid transparent;
    color: {p.muted}; }}
QTabBar::tab:selected {{ color: {p.text}; border-bottom-color: {p.accent}; font-weight: 600; }}
QTabBar::tab:hover {{ color: {p.text}; }}
QTabBar:focus {{ border: {focus}px solid {p.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {p.line}; }}
QGroupBox {{ border: none; margin-top: {px(20)}; font-weight: 600; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 0; }}
QCalendarWidget QWidget {{ alternate-background-color: {p.raised}; }}
QCalendarWidget QAbstractItemView {{ selection-background-color: {p.fill}; selection-color: {p.on_fill}; }}
"""
