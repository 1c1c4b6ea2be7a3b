"""A paper as a draft for secure mail: written beside the hub's work, never sent by it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from discharge.model.base import YesNo
from discharge.model.errors import UserError
from discharge.model.paper import HUB_LINES, Paper
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.papers import IssuedPaper
from discharge.words.counts import sentence_case


def why_no_mail(home: SettingDetails) -> str:
    """Why the home isn't written to, in a sentence; empty where it is: it has an address that takes secure
    mail. Without one it is told by telephone, and who heard it stays on record (A2)."""
    if not home.email:
        return f"{home.name} has no email address on record: tell them by telephone."
    if home.nhsmail is not YesNo.YES:
        known = "takes no secure mail" if home.nhsmail is YesNo.NO else "isn't known to take secure mail"
        return f"{home.name}'s address {known}: tell them by telephone."
    return ""


def draft(
    issued: IssuedPaper, paper: Paper, *, home: SettingDetails, sender: str, hub: str, pdf: bytes
) -> bytes:
    """The draft as an `.eml` file with the paper as PDF and as JSON: opened in a mail program, it is there
    to be looked at and sent. Its subject and its files' names tell no person.

    `UserError` where the home has no address for it, or the paper counts no more.
    """
    if issued.mark:
        said = "was recalled" if issued.recalled else "is out of date"
        raise UserError(f"Version {issued.version} {said}: it isn't sent any more.", "Issue it anew.")
    why = why_no_mail(home)
    if why:
        raise UserError(why, "Record its address and that it takes secure mail, or ring it.")
    name = f"{sentence_case(issued.kind.words)} {issued.about} version {issued.version}"
    message = EmailMessage(policy=SMTP)
    message["To"] = home.email
    if sender:
        message["From"] = sender
    message["Subject"] = name
    # the mail programs that know it open the file as a message that isn't sent yet
    message["X-Unsent"] = "1"
    contact = "\n".join(line.text for line in paper.lines() if line.label in HUB_LINES[:2])
    message.set_content(
        f"{sentence_case(issued.kind.with_article)} for {home.name} is attached, version {issued.version}.\n"
        "It counts until a newer version, or a recall, is known.\n\n"
        f"Please ring us if anything in it is unclear.\n{contact or hub}\n"
    )
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"{name}.pdf")
    message.add_attachment(paper.content(), maintype="application", subtype="json", filename=f"{name}.json")
    return message.as_bytes()
