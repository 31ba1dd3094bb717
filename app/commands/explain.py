"""Why a command could not be done, said to an operator in Swedish, with what to do about it.

Nothing of what a database or a file says is repeated: it may hold what somebody wrote.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.exc import ProgrammingError

from app.commands.backup import BackupRefused
from app.commands.prepare import NotReady
from app.errors import (
    BadOptions,
    DatabaseUnavailable,
    MigrationBlocked,
    NotAKey,
    SchemaNewer,
    SchemaOutdated,
    SecretMissing,
    UnknownConnector,
)
from app.runner.faults import ContentFaults

FORBIDDEN, READ_ONLY = "42501", "25006"
MAY_NOT = (
    "Rollen i DATABASE_URL får inte göra det här i databasen. Kör kommandot som den roll som "
    "docs/operations.md säger, eller ge rollerna sin rätt: skyddsnat roles --apply, som ägaren."
)
RECEIVER = "be mottagaren om den, och lägg den där (docs/hand-over.md)."
AWAY = (
    "Databasen går inte att nå: se att DATABASE_URL är rätt, att den körs och att disken har plats."
)
AWAY_BECAUSE = {
    r"authentication failed": "Databasen släpper inte in rollen i DATABASE_URL: se efter "
    "lösenordet (PGPASSFILE) eller, med peer, vilken användare kommandot körs som (pg_ident.conf).",
    r"no pg_hba\.conf entry": "Databasen släpper inte in rollen härifrån: lägg till en rad i "
    "pg_hba.conf.",
    r"no password supplied": "Databasen vill ha ett lösenord: lägg det i PGPASSFILE.",
    r'role ".*" does not exist': "Rollen i DATABASE_URL finns inte: kör skyddsnat roles --apply "
    "som databasens ägare.",
    r'database ".*" does not exist': "Databasen i DATABASE_URL finns inte: skapa den först "
    "(createdb).",
    r"permission denied for database": "Rollen i DATABASE_URL får inte ansluta till databasen: kör "
    "skyddsnat roles --apply som databasens ägare.",
    r"disk is full|No space left": "Disken är full: gör plats och försök igen.",
    r"readonly database": "Databasens fil får inte skrivas av den som kör kommandot.",
}
"""What a driver says, and what it means. Where it speaks another language, AWAY is said."""


def explain(error: Exception) -> str | None:
    """Return why a command could not be done; None if the fault is the program's."""
    for kind, sentence in SENTENCES:
        if isinstance(error, kind):
            said: str | None = sentence(error)
            return said
    return None


def _faults(error: ContentFaults) -> str:
    rows = [f"  {fault.file}: {fault.key}: {fault.reason}" for fault in error.faults]
    return "\n".join([f"Innehållet i forms/ har {len(rows)} fel:", *rows])


def _key(error: NotAKey) -> str:
    if error.file.endswith(".jwk"):
        return f"{error.file} är ingen publik nyckel på kurvan P-256 (JWK): {RECEIVER}"
    which = f"Nyckelfilen {error.file}" if error.file else "En nyckelfil"
    return f"{which} är skadad: lägg tillbaka den från säkerhetskopian av nycklarna."


def _missing(error: FileNotFoundError) -> str:
    if str(error.filename).endswith(".jwk"):
        return f"Mottagarens publika nyckel {error.filename} finns inte: {RECEIVER}"
    return f"Filen {error.filename} finns inte: kör skyddsnat prepare först."


def _newer(error: SchemaNewer) -> str:
    return (
        f"Databasen är gjord av en nyare version av programmet: tabellerna är {error.found}, och "
        f"det här programmet kan {error.known}. Använd den nyare versionen. Ingenting har ändrats."
    )


def _away(error: DatabaseUnavailable) -> str:
    said = " ".join(str(cause) for cause in causes(error))
    found = (sentence for words, sentence in AWAY_BECAUSE.items() if re.search(words, said))
    return next(found, AWAY)


def _forbidden(error: ProgrammingError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return MAY_NOT if state in {FORBIDDEN, READ_ONLY} else None


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what an error comes from, itself not counted."""
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__


SENTENCES: tuple[tuple[type[Exception], Callable[[Any], str | None]], ...] = (
    (ContentFaults, _faults),
    (BadOptions, lambda e: f"Destinationen {e.destination} kan inte användas: {e.why}."),
    (UnknownConnector, lambda e: f"Det finns ingen sådan väg ut: {e}."),
    (
        SecretMissing,
        lambda e: (
            f"Hemligheten till kommunens inloggning (client_secret) finns inte i {e}: lägg "
            "den där, ensam på en rad, för ögonen på den som kör inkorgen (docs/sign-in.md)."
        ),
    ),
    (NotReady, str),
    (BackupRefused, str),
    (NotAKey, _key),
    (SchemaNewer, _newer),
    (
        SchemaOutdated,
        lambda _: "Databasen är inte i ordning: kör skyddsnat prepare först.",
    ),
    (
        MigrationBlocked,
        lambda _: (
            "Tabellerna gick inte att ändra, för något annat höll dem låsta hela tiden: se "
            "efter om en lång fråga eller en säkerhetskopia pågår, och försök igen."
        ),
    ),
    (DatabaseUnavailable, _away),
    (ProgrammingError, _forbidden),
    (FileNotFoundError, _missing),
)
