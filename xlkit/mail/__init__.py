"""Mail of a round: what goes out as a message, by which servers, and what goes wrong on the way."""

from xlkit.mail.addresses import Mailbox, plain_address
from xlkit.mail.composing import compose, recipients
from xlkit.mail.message import Attachment, Message, Purpose, message_id
from xlkit.mail.providers import Provider, provider_at, provider_of, providers
from xlkit.mail.secrets import Password, Secrets, SystemKeyring
from xlkit.mail.settings import SETTINGS, Imap, MailSettings, Security, Sender, Server, Smtp
from xlkit.mail.settings_file import mail_toml

__all__ = [
    "SETTINGS",
    "Attachment",
    "Imap",
    "MailSettings",
    "Mailbox",
    "Message",
    "Password",
    "Provider",
    "Purpose",
    "Secrets",
    "Security",
    "Sender",
    "Server",
    "Smtp",
    "SystemKeyring",
    "compose",
    "mail_toml",
    "message_id",
    "plain_address",
    "provider_at",
    "provider_of",
    "providers",
    "recipients",
]
