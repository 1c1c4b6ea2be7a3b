"""The table of commands: what can be done, how it is called, its key, who may, and where it is offered.

Menu, toolbar, context menu and palette are all made from this one table. A page binds a command to what
it does and says, in a sentence, when it can't be done now; that sentence is then the tooltip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from discharge.model.role import Role
from discharge.rules.may import roles_for
from ui.theme.theme import Theme


class Menu(Enum):
    """The menus, in order; `&` marks the letter, which is none of a page's."""

    HUB = "H&ub"
    FILES = "F&iles"
    PATIENT = "Patie&nt"
    SETTING = "S&etting"
    PLAN = "P&lan"
    PLACEMENT = "Pla&cement"
    RECORD = "Rec&ord"
    VIEW = "Vie&w"
    HELP = "&Help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing that a user can do.

    `page` is the page on which it lives; empty: everywhere, also where a page shows it in its header
    (`header_of`). `actions`: what it does to the hub, by their
    names in `MAY`: whoever may do one of them may (none: it changes nothing, anybody at all may).
    Besides its menu it may be offered in the page's header (`header`: `main` for the one main button,
    `tool` for the ones beside it) and in the context menu of the page's table (`row`).
    """

    id: str
    text: str
    menu: Menu
    tip: str = ""
    shortcut: str = ""
    icon: str = ""
    page: str = ""
    actions: tuple[str, ...] = ()
    header: str = ""
    header_of: str = ""
    row: bool = False
    after_line: bool = False
    checkable: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Who may; none: anybody at all."""
        return roles_for(self.actions)


_Row = Callable[..., Command]


def _of(menu: Menu, page: str = "") -> _Row:
    """A maker of commands of one menu and page."""

    def row(command_id: str, text: str, *actions: str, **more: Any) -> Command:
        return Command(id=command_id, text=text, menu=menu, page=page, actions=actions, **more)

    return row


_hub, _files, _view, _help = _of(Menu.HUB), _of(Menu.FILES), _of(Menu.VIEW), _of(Menu.HELP)
_today = _of(Menu.VIEW, "today")
_patient = _of(Menu.PATIENT, "patients")
_setting = _of(Menu.SETTING, "settings")
_plan = _of(Menu.PLAN, "match")
_approval = _of(Menu.PLACEMENT, "approvals")
_move = _of(Menu.PLACEMENT, "moves")
_rules = _of(Menu.PLAN, "preferences")
_limits = _of(Menu.PLACEMENT, "preferences")
_moves = _of(Menu.VIEW, "moves")
_map = _of(Menu.VIEW, "map")
_record = _of(Menu.RECORD, "record")
_situation = _of(Menu.RECORD, "situation")

COMMANDS: tuple[Command, ...] = (
    _hub("hub.new", "New hub…", tip="Start an empty hub in a file of its own"),
    _hub("hub.open", "Open hub…", shortcut="Ctrl+O"),
    _hub("hub.join", "Join a shared hub…",
         tip="With an invitation: this desk takes the whole record from its server, and keeps it"),
    _hub("hub.switch_user", "Who is at the desk…", shortcut="F9", icon="user", after_line=True),
    _hub("hub.lock", "Lock the window", shortcut="Ctrl+L", icon="lock",
         tip="Nothing of a person can be read until you are back; what was begun stays"),
    _hub("hub.passphrase", "Change my passphrase…", tip="Yours alone: your key and everybody else's stay"),
    _hub("hub.data_key", "Another data key…", "change_data_key",
         tip="Seal the hub anew, where somebody who left may have kept the key"),
    _hub("hub.to_server", "Bring to a server…", "share_hub",
         tip="From one desk to many: the hub lies sealed on PostgreSQL, and each desk keeps it whole"),
    _hub("hub.invite", "Invite another desk…", "share_hub",
         tip="A file with which another desk joins this hub, and words to compare"),
    _hub("hub.take_home", "Take a copy off the server…", "take_home",
         tip="A hub of its own, with everything on record"),
    _hub("hub.anew", "Make this desk's copy anew…",
         tip="Where its record and the server's are not the same: what only this desk has is kept"),
    _hub("hub.not_shared", "What isn't shared yet…",
         tip="What was done here while the server couldn't be reached, and what came back"),
    Command(id="hub.amend", text="Amend the hub…", menu=Menu.HUB, page="preferences", actions=("amend_hub",),
            tip="Its name, areas, and how long an offer may wait"),
    Command(id="hospital.describe", text="Describe the hospital…", menu=Menu.HUB, page="preferences",
            actions=("describe_hospital",), row=True, icon="edit",
            tip="Its name, ICB and region, as the daily return and papers say them"),
    Command(id="hospital.add", text="Add a hospital…", menu=Menu.HUB, page="preferences",
            actions=("describe_hospital",), icon="plus"),
    Command(id="hospital.remove", text="Take the hospital out…", menu=Menu.HUB, page="preferences",
            actions=("describe_hospital",), row=True),
    Command(id="hub.erase", text="Erase people whose time is over…", menu=Menu.HUB, page="preferences",
            actions=("erase_people",), row=False,
            tip="Who left so long ago that the hub needn't keep who they were"),
    _hub("hub.people", "People of the hub…", "add_user", "amend_user", icon="patients"),
    _files("import.any", "Import a file…", "register_setting", "register_patient", "amend_patient",
         icon="import", shortcut="Ctrl+Shift+I",
         tip="A list as it was sent, CSV, XLSX, ODS or FHIR: what it is, is known by its columns"),
    _files("import.homes", "Import homes (CQC directory)…", "register_setting", "amend_setting",
         "record_left_register", icon="import",
         tip="A CSV of the CQC directory: homes are added or brought up to date"),
    _files("import.sheet", "Import the homes sheet…", "record_beds", "amend_unit", "amend_setting",
         icon="import", tip="Units, beds, fees and contacts, a row a group of beds"),
    _files("import.returns", "Import capacity returns…", "record_capacity_return", icon="import",
         tip="A CSV with the Capacity Tracker's columns"),
    _files("import.patients", "Import patients…", "register_patient", icon="import",
         tip="A CSV like the template"),
    _files("import.postcodes", "Postcodes and places…", "bring_postcodes", "amend_setting", "amend_patient",
         icon="map", tip="A download of postcodes: place and authority follow from a postcode then"),
    _files("import.waiting", "Look at what waits in the watched folder…", "register_setting",
         "register_patient", "amend_patient", icon="import",
         tip="The file that has waited longest; nothing is taken before you have looked at it"),
    _files("import.watch", "Watch a folder…", "register_setting", "register_patient", "amend_patient",
         tip="Files that another system puts there are told, and wait for your yes"),
    _files("import.unwatch", "Watch no folder", "register_setting", "register_patient", "amend_patient",
         tip="Files in the folder are told no more"),
    _files("bundle.open", "Decide on what was sent to me…", icon="approvals", after_line=True,
         tip="A file that a hub has sealed to you; no hub is needed for it"),
    _files("bundle.answer", "Take in an answer…", "carry_answer", icon="import",
         tip="What somebody has decided away from the hub, as the file that they sent back"),
    _files("bundle.home_key", "Answer for a home: make its key…",
         tip="For a home's manager, on their own machine: no hub is needed for it"),
    _files("export.homes", "Save the homes sheet…", icon="export", after_line=True,
         tip="Every home with its units and beds as the hub has them, for a spreadsheet"),
    _hub("hub.back_up", "Back up now", after_line=True, tip="Check the record and put a copy beside the hub"),
    _hub("hub.out", "Everything out…", "take_all_out", icon="export",
         tip="The whole hub as JSON and CSV, for whoever comes after this program; with names in it"),
    Command(id="hub.restore", text="Go back to a backup…", menu=Menu.HUB, page="preferences",
            actions=("restore",), row=False, tip="The hub as it was then; its file as it is now is kept"),
    Command(id="hub.remove_aside", text="Remove a file moved aside…", menu=Menu.HUB, page="preferences",
            actions=("remove_aside",), row=False,
            tip="A hub's file as it was before it was restored or mended"),
    Command(id="record.check", text="Check the record", menu=Menu.RECORD, icon="check-circle", header="main",
            header_of="record", tip="Work out every entry's seal again and see that nothing was altered"),
    _record("record.against_paper", "Hold against a paper…", icon="check-circle",
            tip="Type how far the record went by a printed Situation, and see that it still has that"),
    _record("record.replay", "Replay plan…", icon="plan", header="tool", row=True,
            tip="Make a stored plan again from its case and rules, and compare"),
    _record("record.facts", "What happened all the same…", icon="stop",
            tip="Departures and arrivals against a rule, by hospital and home, and which are still open"),
    _record("record.open", "Show it", icon="arrow-right", row=True,
            tip="The person, setting, placement or plan of this entry, on its page"),
    _record("record.receipt", "Receipt of these approvals…", icon="approvals", row=True,
            tip="What went through of those that were approved in one go, what didn't, and why"),
    _record("record.same", "Only about this", icon="filter", row=True,
            tip="Every entry about this person or setting"),
    _record("record.all", "All entries", tip="Take every filter of the record off"),
    _situation("situation.save", "Save…", icon="export", header="main",
               tip="The figures that are shown, as a workbook or CSV; they name nobody"),
    _situation("situation.save_return", "Save the daily return…", icon="send", header="tool",
               tip="The daily discharge return as CSV, in the columns of the published files"),
    _situation("situation.open", "Open", icon="arrow-right", row=True,
               tip="The person or home of the list beside the figures, on their page (Enter)"),
    _situation("situation.hospital", "Describe the hospital…", "describe_hospital", icon="edit",
               tip="A hospital of the daily return whose name, ICB or region isn't entered"),
    _situation("situation.before", "The day before", icon="calendar",
               tip="A day gone by at its end, as the record has it"),
    _situation("situation.today", "As it is now", tip="The figures of today"),
    _hub("hub.undo", "Take back what was just done", shortcut="Ctrl+Z", icon="undo", after_line=True,
         tip="While the bar at the foot offers it"),
    _hub("hub.history", "What I recorded today…", shortcut="Ctrl+Shift+Z", icon="undo",
         tip="Each of today's own entries that can be taken back, with what followed from it"),
    _files("table.copy", "Copy rows", shortcut="Ctrl+Shift+C", icon="copy", after_line=True,
         tip="Copy the chosen rows as they are shown, for a spreadsheet"),
    _files("table.print", "Print…", shortcut="Ctrl+P", icon="print",
         tip="The table as it is shown: its columns, order and filter"),
    _files("table.pdf", "Save as PDF…", icon="export",
         tip="The table as it is shown, on pages with hub, name and time"),
    _files("table.save", "Save as a spreadsheet…", shortcut="Ctrl+Shift+E", icon="export",
         tip="The table as it is shown, as a workbook (XLSX) or as CSV"),
    _hub("hub.quit", "Quit", shortcut="Ctrl+Q", icon="quit", after_line=True),

    _patient("patient.new", "Add patient…", "register_patient", shortcut="Ctrl+N", icon="plus",
             header="main"),
    _patient("patient.paste", "Add from a copied row…", "register_patient",
             shortcut="Ctrl+Shift+V", icon="import",
             tip="A row of a spreadsheet, with or without its titles, fills the form"),
    _patient("patient.draft", "Take up an unfinished form…", "register_patient", icon="undo",
             tip="What was typed when the desk was cut short"),
    _patient("patient.edit", "Amend…", "amend_patient", shortcut="F2", icon="edit", header="tool", row=True),
    _patient("patient.several", "Amend several…", "amend_patient", "leave", shortcut="Shift+F2", icon="edit",
             row=True, tip="Ready date, priority or ward of several people, or all of them off the list"),
    _patient("patient.test", "Record test…", "record_observation", shortcut="Ctrl+T", icon="test",
             header="tool", row=True),
    _patient("patient.symptoms", "Record symptoms…", "record_observation", row=True),
    _patient("patient.exposure", "Record exposure…", "record_observation", row=True),
    _patient("patient.clearance", "Clinical release…", "record_clearance", icon="check-circle", row=True,
             tip="A clinician's end of isolation, or a date for it"),
    _patient("patient.attest", "Attestations…", "record_attestations", row=True,
             tip="The five attestations of the direct route"),
    _patient("patient.assess", "Trusted assessment…", "record_assessment", row=True,
             tip="What a trusted assessor found, and for which homes that stands"),
    _patient("patient.correct", "Correct an entry…", "record_observation", "record_clearance",
             row=True, after_line=True, tip="Correct a recorded test, symptom, contact or release"),
    _patient("patient.withdraw", "Withdraw an entry…", "record_observation", "record_clearance", row=True,
             tip="Take back what was recorded by mistake; it stays readable"),
    _patient("patient.exclude", "Leave a setting out…", "exclude_setting",
             icon="exclude", row=True, after_line=True,
             tip="Never propose this setting for this person, with the reason"),
    _patient("patient.placement", "Show the placement", icon="moves", row=True,
             tip="The placement on its way, on the page Moves or Approvals"),
    _of(Menu.PATIENT)("patient.places", "Fill places from postcodes…", "amend_patient", icon="map",
         tip="Place and authority of every person and home that has a postcode and lacks them"),
    _patient("patient.leave", "No longer waiting…", "leave", row=True, after_line=True),
    _patient("patient.happened", "It happened all the same…", "left_without_us", "died",
             icon="stop", row=True,
             tip="They left hospital without us, or died: recorded whatever the rules say"),
    _patient("patient.take_back", "Back on the list…", "take_back", row=True),
    _patient("patient.merge", "Two records of one person…", "merge_patients", row=True, after_line=True,
             tip="Make two records of one person one, with all that is kept"),
    _patient("patient.part", "Two people after all…", "part_patients", row=True,
             tip="Part a record that was made a part of this one"),
    _patient("patient.readers", "Who has read this…", "see_readers", row=True,
             tip="Who had this person's record in front of them, and when"),
    _patient("patient.copy", "All that is on record…", "give_copy", row=True, after_line=True,
             tip="A copy for the person who asks for it: to read, and as data; nobody else is named in it"),

    _setting("setting.new", "Add setting…", "register_setting", shortcut="Ctrl+N", icon="plus",
             header="main"),
    _setting("setting.edit", "Amend…", "amend_setting", shortcut="F2", icon="edit", row=True),
    _setting("setting.return", "Capacity return…", "record_capacity_return", shortcut="Ctrl+R", icon="bed",
             header="tool", row=True),
    _setting("setting.no_change", "No change", "record_no_change", shortcut="F6", icon="tick",
             header="tool", row=True, tip="Phoned: the last capacity return still holds"),
    _setting("setting.several", "Amend several homes…", "amend_setting", icon="edit",
             tip="Fee, organisms accepted and needs met of several homes at once"),
    _of(Menu.SETTING)("setting.places", "Fill places from postcodes…", "amend_setting", icon="map",
         tip="Place and authority of every home and person that has a postcode and lacks them"),
    _setting("setting.round", "Morning round…", "record_capacity_return", "record_no_change",
             shortcut="Ctrl+Shift+R", icon="phone", header="tool",
             tip="Ring the homes with an old capacity return, one after the other"),
    _setting("setting.call", "Record call…", "log_call", icon="phone", row=True,
             tip="Who rang, when, and what was said"),
    _setting("setting.agree", "Agree an action…", "agree_action", icon="tick", row=True,
             tip="What is to be done for the home, by whom, by when: on Today until it is done"),
    _of(Menu.SETTING)("setting.priority", "Priority list of homes…", "log_call", icon="warning",
         tip="Which homes to see to first, each with its reasons"),
    _of(Menu.SETTING)("setting.aid", "Mutual aid…", "ask_for_aid", icon="arrow-right",
         tip="A bed, PPE or staff asked of a neighbouring borough or by one: answered, owed, given back"),
    _setting("setting.outbreak", "Declare outbreak…", "declare_outbreak", icon="virus", row=True,
             after_line=True),
    _setting("setting.risk", "Risk assessment…", "record_risk_assessment", row=True,
             tip="Whose assessment lets admissions go on during the outbreak"),
    _setting("setting.outbreak_over", "End outbreak…", "end_outbreak", row=True),
    _setting("setting.close", "Close admissions…", "close_admissions", row=True),
    _setting("setting.reopen", "Open admissions…", "open_admissions", row=True),
    _setting("setting.register", "Left the register…", "decide_on_register", row=True,
             tip="Decide on a home that has left the CQC's register"),
    _setting("setting.decide_fee", "Fee that waits…", "confirm_fee", row=True,
             tip="A weekly fee that waits for somebody else's word: confirm it, refuse it, or take it back"),
    _setting("setting.join", "The same home as…", "join_settings", row=True,
             tip="Two entries of one home, as after a takeover: make them one"),
    _setting("setting.part", "Part again…", "part_settings", row=True),
    _setting("setting.unit_new", "Add unit…", "add_unit", icon="plus", row=True, after_line=True),
    _setting("setting.unit", "Amend unit…", "amend_unit", row=True,
             tip="How a unit isolates, its places and the needs it meets"),
    _setting("setting.unit_copy", "Copy a unit to like homes…", "add_unit", icon="copy", row=True,
             tip="Homes of one kind have the same units: choose which, and see what each gets"),
    _setting("setting.beds", "Beds…", "set_beds", shortcut="Ctrl+B", icon="bed", row=True,
             tip="A group of like beds: its kind, and what is free from when"),
    _setting("setting.beds_remove", "Take beds out…", "remove_beds", row=True),
    _setting("setting.keep_bed", "Keep a bed…", "keep_bed", row=True, after_line=True,
             tip="For a resident who is in hospital or isolates elsewhere: by whom paid, until when"),
    _setting("setting.release_bed", "Release a kept bed…", "release_bed", row=True),
    _setting("setting.designate", "Designate a unit…", "designate", row=True, after_line=True,
             tip="By the director of adult social services, after the CQC's assurance"),
    _setting("setting.designation_step", "Designation under way…", "record_designation_step", row=True,
             tip="Put forward to the CQC, inspected, assured, withdrawn: on record, and in no plan"),
    _setting("setting.undesignate", "End a designation…", "end_designation", row=True),

    _setting("setting.home_key", "Key of the home…", "set_home_key", icon="lock", row=True, after_line=True,
             tip="Whoever answers for it has made a key: it answers offers by signed files from then on"),
    _setting("setting.home_invitation", "Invitation for the home…", "set_home_key", row=True,
             tip="The file with which it opens what the hub sends"),
    _setting("setting.home_key_end", "Close the home's key…", "close_home_key", row=True,
             tip="What is signed with it counts no more"),
    _plan("plan.run", "Plan", "store_plan", shortcut="F5", icon="plan", header="main",
          tip="Propose placements for everybody who waits"),
    _plan("plan.stop", "Stop planning", shortcut="Shift+Esc", icon="stop",
          tip="Ends the engine at once; nothing is changed"),
    _plan("plan.lock", "Lock", "keep", shortcut="Ctrl+Shift+L", icon="lock", header="tool", row=True,
          after_line=True, tip="Keep this proposal when planning again"),
    _plan("plan.unlock", "Unlock", "stop_keeping", shortcut="Ctrl+Shift+U", icon="unlock", row=True,
          tip="Let the next plan choose again for this person"),
    _plan("plan.exclude", "Exclude…", "exclude_setting", shortcut="Ctrl+E", icon="exclude", header="tool",
          row=True, tip="Leave this setting out for this person, with the reason"),
    _plan("plan.by_hand", "Propose by hand…", "propose_by_hand", shortcut="Ctrl+H", icon="edit", row=True,
          tip="Or drag the person onto a setting at the right"),
    _plan("plan.what_if", "What if…", shortcut="Ctrl+I", icon="what-if", header="tool",
          tip="Try a change out: a bed more, a home closed, a result; see who would go where"),
    _plan("plan.keep", "Keep proposals", "store_plan", checkable=True,
          tip="Planning again changes nobody's place of the last plan unless that gains enough"),
    _plan("plan.whole", "What is short…", shortcut="Ctrl+Shift+S",
          tip="The plan as a whole: what a bed more would be worth, what would help, who competes"),
    _plan("plan.send", "Send to approval", "propose_from_plan", shortcut="Ctrl+Return", icon="send",
          header="tool", row=True),
    _plan("plan.send_all", "Send all to approval", "propose_from_plan", shortcut="Ctrl+Shift+Return",
          tip="Every proposal of this plan that isn't sent yet"),
    _plan("plan.patient", "Show the patient", icon="patients", row=True, after_line=True),
    _plan("plan.save_case", "Save case and plan…", after_line=True, tip="Two files that anybody can check"),

    _rules("rules.choose", "Choose rule set…", "choose_rule_set", icon="rules", after_line=True,
           tip="By which dated values the rules decide; every plan keeps the one it was made under"),
    _rules("rules.confirm", "Confirm local setting…", "set_local_value", icon="tick", row=True,
           tip="The value that ships is right for this hub; with its source"),
    _rules("rules.settle", "Settle local setting…", "set_local_value", icon="edit", row=True,
           tip="This hub's own value, with its source and reason"),
    _rules("rules.withdraw", "Withdraw the hub's value…", "withdraw_local_value", row=True,
           tip="The rule set's own value counts again"),
    _rules("weights.keep", "Keep these weights", "set_weights", icon="tick", after_line=True,
           tip="The hub goes by them from now on; plan again to see them at work"),
    _rules("weights.back", "Back to the hub's weights", icon="undo",
           tip="As they are kept; nothing is saved"),
    _rules("weights.ship", "As they ship", tip="The weights that the program comes with"),

    _approval("placement.approve", "Approve", "approve", shortcut="Ctrl+Return", icon="tick",
              header="main", row=True),
    _approval("placement.approve_note", "Approve with a note…", "approve", row=True,
              tip="A note, and the principle of the ethical framework where it was a judgement"),
    _approval("placement.choose_ready", "Choose all that can be approved", "approve", icon="check-circle",
              header="tool", tip="Every placement of the list that you may approve now"),
    _approval("placement.sheet", "Approval sheet…", "issue_paper", icon="print", row=True,
              tip="What is to be decided on, on paper"),
    _approval("placement.send", "Send to a lead as a file…", "send_for_decision", icon="export", row=True,
              tip="Sealed to them: they decide on it away from the hub, and send their answer back"),
    _approval("placement.return", "Return…", "return_", shortcut="Ctrl+Backspace", icon="undo",
              header="tool", row=True,
              tip="Send it back with a reason"),

    _move("placement.next", "Next step…", shortcut="Ctrl+Return", icon="arrow-right",
          header="main",
          tip="What this placement waits for next"),
    _move("placement.tell", "Told the setting…", "tell", icon="phone", row=True,
          tip="The setting was told the test result and the needs"),
    _move("placement.tell_several", "Told of several…", "tell", icon="phone", row=True,
          tip="One call with one home: each person's result, and what it said of each"),
    _move("placement.accept", "Accepted…", "accept", row=True),
    _move("placement.decline", "Declined…", "decline", row=True),
    _move("placement.no_answer", "No answer", "no_answer", row=True),
    _move("placement.book", "Book transport…", "book", icon="moves", row=True),
    _move("placement.depart", "Departed…", "depart", row=True),
    _move("placement.arrive", "Arrived…", "arrive", row=True),
    _move("placement.release", "Clinical release…", "release", row=True, after_line=True),
    _move("placement.not_released", "Not released yet…", "not_released", row=True,
          tip="A clinician was asked, and they isolate on: why"),
    _move("placement.send_release", "Send to a clinician as a file…", "send_for_decision", icon="export",
          row=True,
          tip="Sealed to them: they decide on the release away from the hub, and send their answer back"),
    _move("placement.send_offer", "Send the offer as a file…", "send_for_decision", icon="export", row=True,
          tip="Sealed to whoever answers for the home: it counts as told, and their signed answer comes"),
    _move("placement.onward", "Plan onward place…", "plan_onward", row=True,
          tip="Isolated alone: on the list for an onward place, from the end of isolation"),
    _move("placement.move_on", "Moved on…", "move_on", row=True),
    _move("placement.end", "Ended…", "end", row=True),
    _move("placement.withdraw", "Withdraw…", "withdraw", icon="withdraw", row=True, after_line=True,
          tip="Take the placement back, with a reason, before departure"),
    _move("placement.happened", "It happened all the same…", "left", "arrived", "moved_on",
          "arrived_elsewhere", "turned_away", "readmitted", "died", icon="stop", row=True,
          tip="What no rule can refuse: they left or arrived all the same, elsewhere, turned away, died"),
    _move("placement.review", "Review after the move…", "record_review", icon="phone", row=True,
          tip="Day 3, 14 or 28: are they well, has the isolation ended, back in hospital?"),
    _move("placement.papers", "Papers…", "issue_paper", icon="print", row=True,
          tip="The offer, the hand-over pack and the approval sheet: looked at, issued, saved as PDF"),
    _move("placement.take_back", "Take back last step…", "take_back_step", icon="undo", row=True,
          tip="The last step was recorded by mistake; it stays readable"),

    _view("view.search", "Find", shortcut="Ctrl+F", icon="search"),
    _view("view.palette", "Any command…", shortcut="Ctrl+K"),
    _view("view.detail", "Detail beside the table", shortcut="Ctrl+D", icon="detail", checkable=True),
    _view("view.columns", "Columns…", icon="columns",
          tip="Which columns the table shows, their places and widths"),
    _view("view.save_filter", "Save these filters…", icon="filter",
          tip="The chips that are on and the search, under a name"),
    _view("view.refresh", "Read again", shortcut="Shift+F5", icon="refresh"),
    _of(Menu.PLACEMENT, "moves")("moves.transport", "Transport sheet…", "issue_paper", icon="print",
         tip="The journeys of a day: looked at, issued, saved as PDF"),
    _moves("moves.table", "Moves as a table", shortcut="Ctrl+1", icon="view-table", after_line=True),
    _moves("moves.board", "Moves as a board", shortcut="Ctrl+2", icon="view-board",
           tip="A column for each state; drag a card to take its step"),
    _moves("moves.timeline", "Moves as a timeline", shortcut="Ctrl+3", icon="view-timeline",
           tip="A row a person or a group of beds, days across"),
    _moves("moves.homes", "Moves by home", shortcut="Ctrl+4", icon="settings",
           tip="A lane for each home: who is there, and who goes there"),
    _moves("moves.by_person", "Timeline: a row a person", icon="patients"),
    _moves("moves.by_bed", "Timeline: a row a group of beds", icon="bed"),
    _moves("moves.today", "Timeline: go to today", icon="calendar", tip="Home, with the focus on it"),
    _moves("moves.nearer", "Timeline: zoom in", icon="plus", tip="Plus, with the focus on it"),
    _moves("moves.farther", "Timeline: zoom out", icon="minus", tip="Minus, with the focus on it"),

    _today("today.step", "Next step…", shortcut="Ctrl+Return", icon="arrow-right", header="main",
           tip="The step of the line that the arrows chose"),
    _today("today.open", "Open", icon="detail", header="tool",
           tip="Go to what the line is about (Enter)"),
    _today("today.seen", "Dealt with", icon="tick",
           tip="What came back as it no longer fits was done otherwise, or isn't to be done"),
    _today("today.told", "Told them…", "pass_on", icon="phone", after_line=True,
           tip="Whoever has to hear of a late result was told"),
    _today("today.dealt", "Say what was done…", "deal_with", icon="tick",
           tip="What was done about something that happened against a rule"),
    _today("today.hand_over", "Hand over…", "hand_over", icon="arrow-right",
           tip="Somebody else is to deal with what happened"),
    _today("today.review", "Record the review…", "record_review", icon="phone",
           tip="What became of somebody 3, 14 or 28 days after the move"),
    _today("today.paper", "Issue anew…", "issue_paper", icon="print",
           tip="Somebody holds a paper that is out of date: look at it as it is now, and issue it"),
    _today("today.hub_papers", "Issue those with the hub's old number anew…", "issue_papers", icon="print",
           tip="Homes hold papers that name the hub as it was: all that are complete are issued anew"),
    _today("today.recall", "Recalled…", "recall_paper", icon="undo",
           tip="Whoever holds a paper that is out of date was told that it no longer counts"),
    _today("today.confirm", "Confirm…", "confirm_fee", icon="tick",
           tip="A fee or the approval rules were changed: it counts once somebody else has confirmed it"),
    _today("today.refuse", "Refuse…", "confirm_fee", icon="undo",
           tip="A fee or the approval rules were changed: what stood before goes on counting"),
    _today("today.action", "Done…", "do_action", icon="tick",
           tip="Something agreed with a home is done, or no longer to be done"),
    _today("today.learning", "Look back…", "review_outbreak", icon="edit",
           tip="What was learned from an outbreak that ended"),
    _today("today.aid", "See to the request…", "answer_aid", icon="arrow-right",
           tip="A request of a neighbouring borough, or to one: answer it, or give back what is owed"),
    _today("today.call", "Record call…", "log_call", icon="phone",
           tip="A home to see to first was rung"),
    _today("today.priority", "Priority list…", "log_call", icon="warning",
           tip="All homes to see to first, each with its reasons"),
    _today("today.done", "Tick off…", "tick", icon="tick",
           tip="A journey is cancelled, a setting knows that nobody is coming"),

    _limits("approval.add", "Add approval rule…", "set_approval_rules", icon="plus", after_line=True,
            tip="Who may approve up to which weekly fee, and when (A4)"),
    _limits("approval.amend", "Amend approval rule…", "set_approval_rules", icon="edit"),
    _limits("approval.remove", "Take approval rule out…", "set_approval_rules"),
    _limits("approval.confirm", "Confirm rules that wait…", "confirm_rules", icon="tick",
            tip="Rules count once somebody else than who set them has confirmed them"),
    _limits("approval.refuse", "Refuse rules that wait…", "confirm_rules",
            tip="The rules that stood before go on counting"),
    _view("view.light", "Light", checkable=True, after_line=True),
    _view("view.dark", "Dark", checkable=True),
    _view("view.contrast", "High contrast", checkable=True),
    _view("view.larger", "Larger text", shortcut="Ctrl++", after_line=True),
    _view("view.smaller", "Smaller text", shortcut="Ctrl+-"),
    _view("view.normal", "Normal text", shortcut="Ctrl+0"),

    _map("map.open", "Open the setting", icon="settings", header="main", row=True, after_line=True,
         tip="Everything about it, on the page Settings"),
    _map("map.person", "Show the person", icon="patients", header="tool",
         tip="Come to their home and to where they go"),
    _map("map.nobody", "Choose nobody", tip="Show all settings without a person"),
    _map("map.fit", "Show all of the map", icon="fit", tip="Home, with the focus on the map"),
    _map("map.nearer", "Nearer", icon="plus", tip="Plus, with the focus on the map"),
    _map("map.farther", "Farther", icon="minus", tip="Minus, with the focus on the map"),
    _map("map.legend", "Legend", icon="info", checkable=True, tip="What the symbols of the map mean"),
    _map("map.boundaries", "Load boundaries…", icon="import", header="tool",
         tip="Outlines of areas from a GeoJSON file, drawn below the settings; remembered for this hub"),
    _map("map.plain", "Take boundaries off", tip="Draw the settings on plain ground again"),

    _help("help.page", "Help", shortcut="F1", icon="help", tip="The help of the page in front"),
    _help("help.keys", "Keys", shortcut="Shift+F1", icon="keyboard"),
    _help("help.tour", "Show me round", icon="info", tip="A few steps that point at the places that matter"),
    _help("help.about", "About Discharge Desk", icon="info"),
)  # fmt: skip


def key_words(shortcut: str) -> str:
    """A key as people call it on this machine: "Ctrl+Enter"."""
    words = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return words.replace("Return", "Enter").replace("Esc", "Escape")


WHILE_LOCKED = frozenset(
    {"view.light", "view.dark", "view.contrast", "view.larger", "view.smaller", "view.normal", "hub.quit"}
)
"""What can be done to a window that is locked: how it looks, and to end it."""


@dataclass(slots=True)
class _Binding:
    do: Callable[[], None]
    why_not: Callable[[], str]


class _State(NamedTuple):
    """What an action shows: why its command can't be done now, and whether its page is in front."""

    reason: str
    elsewhere: bool


class Commands(QObject):
    """The commands as QActions, one each, enabled by role, page and state.

    `review()` looks again at what can be done; the window calls it after every change of user, page,
    selection or data. `missed` fires with the reason when somebody asks for what can't be done now.
    """

    missed = Signal(str)
    reviewed = Signal()

    def __init__(
        self, theme: Theme, *, table: Iterable[Command] = COMMANDS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bindings: dict[str, _Binding] = {}
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._shown: dict[str, _State] = {}
        self._page = ""
        self._roles: frozenset[Role] = frozenset()
        self._there: frozenset[Role] = frozenset()
        self._signed_in = False
        self._locked = False
        self.why_cut_off: Callable[[Command], str] = lambda _command: ""
        """Why a command can't be done while the hub's server can't be reached; set by whoever knows."""
        self._theme = theme
        self._other_pages = QTimer(self, singleShot=True, interval=0)
        self._other_pages.timeout.connect(self._review_other_pages)
        for command in table:
            self.add(command)

    def add(self, command: Command) -> QAction:
        """Takes one more command into the table."""
        if command.id in self._commands:
            raise ValueError(f"two commands are called {command.id!r}")
        action = QAction(command.text, self)
        action.setCheckable(command.checkable)
        if command.shortcut and command.page == self._page:
            action.setShortcut(QKeySequence(command.shortcut))
        if command.icon:
            self._theme.dress(action, command.icon)
        action.setEnabled(False)
        action.triggered.connect(lambda _checked=False, asked=command.id: self.do(asked))
        self._commands[command.id] = command
        self._actions[command.id] = action
        return action

    def bind(
        self, command_id: str, do: Callable[[], object], *, why_not: Callable[[], str] | None = None
    ) -> None:
        """Says what a command does. `why_not` answers with the sentence why it can't be done now, or ""."""
        if command_id not in self._commands:
            raise KeyError(f"no command is called {command_id!r}")

        def act() -> None:
            do()

        self._bindings[command_id] = _Binding(act, why_not or (lambda: ""))
        self._review_one(command_id)

    def do(self, command_id: str) -> bool:
        """Does it, if it can be done now; else says why not."""
        reason = self.why_not(command_id)
        if reason:
            self.missed.emit(reason)
            return False
        self._bindings[command_id].do()
        return True

    def why_not(self, command_id: str) -> str:
        """Why this can't be done now, in a sentence; empty when it can."""
        command = self._commands[command_id]
        if self._locked and command_id not in WHILE_LOCKED:
            return "The window is locked."
        forbidden = self.forbidden(command_id)
        if forbidden:
            return forbidden
        if command.page and command.page != self._page:
            return f"This is done on the page {command.page.capitalize()}."
        if cut_off := self.why_cut_off(command):
            return cut_off
        binding = self._bindings.get(command_id)
        if binding is None:
            return "There is nothing here that this could be done with."
        return binding.why_not()

    def forbidden(self, command_id: str) -> str:
        """Why whoever is at the desk may not do this at all, on whatever page; empty where they may."""
        command = self._commands[command_id]
        if command.roles and not self._signed_in:
            return "Nobody is at the desk yet."
        may = roles_for(command.actions, self._there)
        if may and not may & self._roles:
            who = " or ".join(sorted(role.with_article for role in may))
            return f"Only {who} may do this."
        return ""

    def action(self, command_id: str) -> QAction:
        """The QAction of a command, the same everywhere."""
        return self._actions[command_id]

    def command(self, command_id: str) -> Command:
        """The command's row of the table."""
        return self._commands[command_id]

    def all(self) -> list[Command]:
        """The whole table, in order."""
        return list(self._commands.values())

    def of_page(self, page: str) -> list[Command]:
        """The commands that live on a page, in order."""
        return [command for command in self._commands.values() if command.page == page]

    def set_page(self, page: str) -> None:
        """This page is in front now: looks again at its commands, and at those of the one before."""
        before, self._page = self._page, page
        self._review_those("", before, page)

    def set_roles(self, roles: Iterable[str], *, signed_in: bool = True) -> None:
        """Somebody with these roles is at the desk now."""
        self._roles = frozenset(Role(role) for role in roles)
        self._signed_in = signed_in
        self._review_all()

    def set_locked(self, locked: bool, /) -> None:
        """The window is locked now, or open again: locked, nothing can be done that shows anybody."""
        if self._locked != locked:
            self._locked = locked
            self._review_all()

    def set_there(self, roles: Iterable[Role]) -> None:
        """The hub's people have these roles: what somebody stands in for follows from them."""
        if self._there != (there := frozenset(roles)):
            self._there = there
            self._review_all()

    def review(self) -> None:
        """Looks again at what can be done here: of other pages' commands nothing can."""
        self._review_those("", self._page)

    def _review_those(self, *pages: str) -> None:
        for command in self._commands.values():
            if command.page in pages:
                self._review_one(command.id)
        self.reviewed.emit()

    def _review_all(self) -> None:
        """Other roles: look at every command again; what other pages' say is for their menus, and follows in
        a turn of its own."""
        self._other_pages.start()
        self.review()

    def _review_other_pages(self) -> None:
        for command in self._commands.values():
            if command.page not in ("", self._page):
                self._review_one(command.id)

    def _review_one(self, command_id: str) -> None:
        command, action = self._commands[command_id], self._actions[command_id]
        reason = self.why_not(command_id)
        # a key that two pages share belongs to the one in front; Qt calls it ambiguous otherwise
        elsewhere = bool(command.page) and command.page != self._page
        state = _State(reason, elsewhere)
        if self._shown.get(command_id) == state:
            return
        self._shown[command_id] = state
        # whoever shows the command follows once, not for each thing that is said of it
        with QSignalBlocker(action):
            action.setEnabled(not reason)
            if command.shortcut:
                keys = QKeySequence() if elsewhere else QKeySequence(command.shortcut)
                if action.shortcut() != keys:
                    action.setShortcut(keys)
            name = command.text.rstrip("…")
            key = f" ({key_words(command.shortcut)})" if command.shortcut else ""
            said = reason or command.tip
            action.setToolTip(f"{name}{key}\n{said}" if said else f"{name}{key}")
            action.setStatusTip(said)
        action.changed.emit()

    def in_header(self, page: str) -> list[Command]:
        """What the header of a page offers: the tools, and after them its main button."""
        there = [each for each in self._commands.values() if (each.header_of or each.page) == page]
        return [each for kind in ("tool", "main") for each in there if each.header == kind]

    def fill_menu(self, menu: QMenu, commands: Sequence[Command]) -> None:
        """Puts commands into a menu, with its lines."""
        menu.setToolTipsVisible(True)
        for command in commands:
            if command.after_line and not menu.isEmpty():
                menu.addSeparator()
            menu.addAction(self._actions[command.id])

    def row_menu(self, page: str, parent: QWidget) -> QMenu:
        """The context menu of a row of this page's table."""
        menu = QMenu(parent)
        self.fill_menu(menu, [command for command in self.of_page(page) if command.row])
        menu.addSeparator()
        menu.addAction(self._actions["table.copy"])
        return menu
