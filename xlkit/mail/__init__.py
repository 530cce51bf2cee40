"""Mail of a round: what goes out as a message, by which servers, and what goes wrong on the way."""

from xlkit.mail.addresses import Mailbox, plain_address
from xlkit.mail.composing import compose, recipients
from xlkit.mail.drafts import Drafts
from xlkit.mail.message import Attachment, Message, message_id
from xlkit.mail.providers import Provider, provider_at, provider_of, providers
from xlkit.mail.secrets import Password, Secrets, SystemKeyring
from xlkit.mail.sending import Delivery, Outbox, Outcome, Refusal, SmtpOutbox
from xlkit.mail.settings import SETTINGS, Imap, MailSettings, Security, Sender, Server, Smtp
from xlkit.mail.settings_file import mail_toml
from xlkit.mail.trouble import Kind, Reply, in_words, kind_of, trouble

__all__ = [
    "SETTINGS",
    "Attachment",
    "Delivery",
    "Drafts",
    "Imap",
    "Kind",
    "MailSettings",
    "Mailbox",
    "Message",
    "Outbox",
    "Outcome",
    "Password",
    "Provider",
    "Refusal",
    "Reply",
    "Secrets",
    "Security",
    "Sender",
    "Server",
    "Smtp",
    "SmtpOutbox",
    "SystemKeyring",
    "compose",
    "in_words",
    "kind_of",
    "mail_toml",
    "message_id",
    "plain_address",
    "provider_at",
    "provider_of",
    "providers",
    "recipients",
    "trouble",
]
