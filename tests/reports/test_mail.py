"""A paper by secure mail: a draft that nobody has sent, to the home's own address alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from discharge.model.base import YesNo
from discharge.model.errors import UserError
from discharge.model.paper import Paper, PaperKind, PaperLine, PaperPart
from discharge.model.setting_record import SettingDetails
from discharge.model.shown.papers import IssuedPaper
from discharge.reports.mail import draft, why_no_mail

PAPER = Paper(
    kind=PaperKind.HANDOVER, about="L-0001", title="Hand-over pack: Ada Shah", patient="P-0001",
    parts=(PaperPart(heading="Contacts", lines=(PaperLine(label="The hub", text="A hub, 020 7946 0300"),)),),
)  # fmt: skip
ISSUED = IssuedPaper(
    id="D-00001", kind=PaperKind.HANDOVER, about="L-0001", version=2, seal=PAPER.seal(), patient="P-0001",
    setting="S-0001", to="Elm Lodge", at=datetime(2020, 11, 16, 9, 10, tzinfo=UTC), by="Priya Nair",
)  # fmt: skip


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=default)


def body_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def home(**fields: object) -> SettingDetails:
    said = {"name": "Elm Lodge", "type": "care_home", "email": "elm@example.test", "nhsmail": YesNo.YES}
    return SettingDetails.model_validate({**said, **fields})


def test_the_draft_goes_to_the_homes_address_with_the_pack_as_pdf_and_as_json() -> None:
    content = draft(ISSUED, PAPER, home=home(), sender="hub@example.test", hub="A hub", pdf=b"%PDF-1.4")
    found = read(content)
    assert (found["To"], found["From"], found["X-Unsent"]) == ("elm@example.test", "hub@example.test", "1")
    files = {part.get_filename(): part.get_content() for part in found.iter_attachments()}
    assert files == {
        "Hand-over pack L-0001 version 2.pdf": b"%PDF-1.4",
        "Hand-over pack L-0001 version 2.json": PAPER.content(),
    }
    assert "020 7946 0300" in body_of(found)


def test_neither_subject_nor_body_names_the_person() -> None:
    content = draft(ISSUED, PAPER, home=home(), sender="", hub="A hub", pdf=b"%PDF-1.4")
    found = read(content)
    words = f"{found['Subject']} {body_of(found)}"
    assert "Ada" not in words


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": ""}, "no email address"),
        ({"nhsmail": YesNo.NO}, "takes no secure mail"),
        ({"nhsmail": YesNo.NOT_KNOWN}, "isn't known to take secure mail"),
    ],
)
def test_a_home_without_secure_mail_is_told_by_telephone(fields: dict[str, object], says: str) -> None:
    assert says in why_no_mail(home(**fields))
    with pytest.raises(UserError, match="by telephone"):
        draft(ISSUED, PAPER, home=home(**fields), sender="", hub="A hub", pdf=b"")
