"""Units of the random policy worlds by code, each with its path."""

from tests.support.access.worlds import PATHS

PLACES = {path[depth]: path[: depth + 1] for path in PATHS for depth in range(len(path))}
