"""Looks at how reports of the same child are found, and at how many wait to be read for it."""

from functools import partial

from app.casework import indexing
from app.commands.graded import Grade, Said
from app.reception import recipients
from app.runner import boards, content
from app.runner.municipality import Municipality
from app.settings import Settings
from app.storage import look


def looked_at(settings: Settings, municipality: Municipality) -> Said:
    """Yield within what reports are compared, and how many are not read as they are to be."""
    match, units = municipality.match, municipality.units
    if not match.on:
        yield Grade.FINE, "anmälningar jämförs inte ([match] on = false)"
        return
    if match.of_board:
        for each in dict.fromkeys(boards.together(units).values()):
            yield Grade.FINE, f"inom {units[each[0]].board}: {', '.join(each)}"
    else:
        yield Grade.FINE, "inom varje enhet för sig"
    if not settings.private_keys_directory.is_dir():
        return
    to = recipients(units, settings.public_keys)
    keys = {key_id: b"" for ids in to.values() for key_id in ids}
    made = indexing.index_of(content.load(settings.forms, settings.municipality), to, keys)
    if left := look.at(settings.database_url, partial(indexing.left, index=made)):
        yield (
            Grade.DOUBTFUL,
            f"{left} anmälningar ska läsas (om): inkorgen gör det, och skyddsnat index genast",
        )
