"""A route that refuses parameters of the query that it does not have, as bodies with unknown fields are refused."""

import difflib
import functools
import reprlib
from collections.abc import Iterator

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.datastructures import QueryParams
from starlette.types import Receive, Scope, Send

from app.errors import FieldProblem, InvalidRequest


class StrictRoute(APIRoute):
    """Answers 422 to a misspelt parameter, which would change nothing, unnoticed, and names the nearest one."""

    @functools.cached_property
    def parameters(self) -> frozenset[str]:
        """The names of all parameters that the query may have."""
        return frozenset(_names(self.dependant))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; raises InvalidRequest."""
        if scope["query_string"] and scope["method"] in (self.methods or ()):
            unknown = [name for name in QueryParams(scope["query_string"]) if name not in self.parameters]
            if unknown:
                problems = [FieldProblem(pointer=f"/query/{name}", detail=self._told(name)) for name in unknown]
                raise InvalidRequest(problems[0].detail, errors=problems)
        await super().handle(scope, receive, send)

    def _told(self, name: str) -> str:
        nearest = difflib.get_close_matches(name, sorted(self.parameters), n=1, cutoff=0)
        right = f"the nearest one is {nearest[0]}" if nearest else "none is taken here"
        return f"{reprlib.repr(name)} is no known parameter of the query; {right}"


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for other in dependant.dependencies:
        yield from _names(other)
