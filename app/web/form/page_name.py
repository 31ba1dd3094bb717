"""What may be the name of a form's page in an address: any name but the machine's own.

So it does not matter which address is looked for first, and a wrong method is told as one.
"""

from starlette.convertors import Convertor, register_url_convertor

from app.runner.definition import TAKEN

PAGE = "{page_id:page}"


class PageName(Convertor[str]):
    """Takes a page's name out of an address, and puts it into one.

    It has no dot: what has is a file's, as /.well-known/security.txt.
    """

    regex = f"(?!(?:{'|'.join(sorted(TAKEN))})$)[^/.]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("page", PageName())
