"""What `xlkit mail init` is asked for: a provider's mailbox, own servers, or drafts alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlkit.errors import UsageError
from xlkit.sentences import Sentence, Told
from xlkit.wording import word

if TYPE_CHECKING:
    from xlkit.mail import MailSettings


AddressArgument = Annotated[str, typer.Argument(metavar="ADDRESS", help="The mailbox's address.")]
ProviderOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Who runs the mailbox, as exmail; needed where the address does not tell.",
        show_default="by the address",
    ),
]
NameOption = Annotated[str, typer.Option(metavar="TEXT", help="The name that people see.")]
SmtpOption = Annotated[
    str,
    typer.Option(metavar="HOST[:PORT]", help="An office's own server that mail goes out by."),
]
ImapOption = Annotated[
    str,
    typer.Option(metavar="HOST[:PORT]", help="An office's own server that mail comes in by."),
]
UserOption = Annotated[
    str,
    typer.Option(metavar="NAME", help="The login at the own servers.", show_default="the address"),
]
CaOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="The authority of the own servers' certificates (PEM); it is kept."
    ),
]
DraftsOption = Annotated[
    bool, typer.Option("--drafts", help="No server to send by: a mail program sends drafts.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Write a mail.toml that is there anew.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a call; what was not said is ''."""

    address: str
    name: str
    provider: str
    smtp: str
    imap: str
    user: str
    ca: Path | None
    drafts: bool

    def settings(self, file: Path, language: str) -> MailSettings:
        """The settings that are to stand in a file; the authority's file is put beside it.

        Raises:
            UsageError: words that contradict each other, or a provider that nobody knows.
            MailError: no address, or settings that cannot be.
        """
        from xlkit.mail import MailSettings, provider_of, providers
        from xlkit.mail.own_servers import OwnServers

        self._contradictions()
        if self.smtp or self.imap or self.drafts:
            own = OwnServers(self.smtp, self.imap, self.user, self._kept(file.parent))
            return own.settings(self.address, self.name, file)
        if self.provider not in providers() and (self.provider or not provider_of(self.address)):
            raise UsageError(_no_provider(self.address, self.provider, language))
        return MailSettings.for_address(self.address, provider=self.provider, name=self.name)

    def _contradictions(self) -> None:
        if self.provider and (self.smtp or self.imap or self.drafts):
            raise UsageError(Sentence("provider-or-server"))
        if self.drafts and self.smtp:
            raise UsageError(Sentence("drafts-or-smtp"))
        if self.imap and not (self.smtp or self.drafts):
            raise UsageError(Sentence("imap-alone"))
        if (self.user or self.ca) and not (self.smtp or self.imap):
            raise UsageError(Sentence("servers-need-one"))

    def _kept(self, folder: Path) -> str:
        """The name of the authority's file, which lies in the folder from now on; '' for none."""
        from xlkit.files import write_whole
        from xlkit.mail.trust import trust

        if self.ca is None:
            return ""
        trust(str(self.ca))  # says what is wrong with it
        kept = folder / self.ca.name
        if not (kept.exists() and kept.samefile(self.ca)):
            write_whole(kept, self.ca.read_bytes())
        return self.ca.name


def _no_provider(address: str, provider: str, language: str) -> Told:
    from xlkit.mail import plain_address, providers

    domain = plain_address(address).rpartition("@")[2]
    listed = "\n".join(f"  {name}  {known.title(language)}" for name, known in providers().items())
    what = provider or domain
    values = {"what": what, "address": address, "domain": domain, "providers": listed}
    return Told(word("no_provider", language, file="mail", **values))
