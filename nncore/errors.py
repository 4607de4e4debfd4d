"""What can go wrong in the network, as one tree.

NncoreError
├── InvalidHyperparameter
├── InvalidData
├── InvalidParameterFile
├── NotExplainable
└── Diverged
"""


class NncoreError(Exception):
    """Anything that nncore refuses or fails at; `code` is a stable word for programs to look at."""

    code = "nncore-error"


class InvalidHyperparameter(NncoreError):
    """A hyperparameter that has no meaning; `field` names it."""

    code = "invalid-hyperparameter"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field

    def __reduce__(self) -> tuple[object, ...]:
        # An exception with a keyword argument crosses a process boundary only with these words.
        return _rebuild, (type(self), str(self), {"field": self.field})


class InvalidData(NncoreError):
    """Images or labels of a wrong shape, type or value."""

    code = "invalid-data"


class InvalidParameterFile(NncoreError):
    """A file that is no parameter file, or one that cannot be trusted."""

    code = "invalid-parameter-file"


class NotExplainable(NncoreError):
    """An answer that is no sum over the inputs."""

    code = "not-explainable"


class Diverged(NncoreError):
    """A cost that is no finite number any more; `epoch` is the first one of which that is so."""

    code = "diverged"

    def __init__(self, message: str, *, epoch: int) -> None:
        super().__init__(message)
        self.epoch = epoch

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), str(self), {"epoch": self.epoch})


def _rebuild(kind: type[NncoreError], message: str, keywords: dict[str, object]) -> NncoreError:
    return kind(message, **keywords)
