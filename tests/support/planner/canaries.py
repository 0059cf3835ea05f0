"""Canaries in documents and their variables: literals, values and broken documents that hold them. Q38"""

from typing import Any

CANARY = "CanaryQz7Kx9"
NUMBER = 110105194912310021
LITERALS = (
    f'"{CANARY}"',
    CANARY,
    str(NUMBER),
    f"[{CANARY}]",
    f'{{ {CANARY}: "{CANARY}" }}',
    f'[{{ {CANARY}: 1 }}, "{CANARY}"]',
)
VALUES: tuple[Any, ...] = (
    CANARY,
    NUMBER,
    [CANARY],
    {CANARY: CANARY},
    [{CANARY: 1}, [CANARY]],
    {"id": {CANARY: 1}},
    True,
)
BROKEN = (
    f"{{ {CANARY} }}",
    f"{{ me {{ {CANARY} }} }}",
    f"query {CANARY} {{ me {{ name }} ",
    f'{{ me(name: "{CANARY}") {{ name }} }}',
    f'{{ me {{ name("{CANARY}") }} }}',
    f"{{ me {{ ...{CANARY} }} }}",
    f"fragment {CANARY} on {CANARY} {{ id }} {{ me {{ name }} }}",
    f"fragment {CANARY} on Query {{ me {{ name }} }} {{ me {{ name }} }}",
    f"{{ me {{ name @{CANARY} }} }}",
    f'{{ me {{ name @skip(if: "{CANARY}") }} }}',
    f"query (${CANARY}: Int) {{ me {{ name }} }}",
    f"query ($a: {CANARY}) {{ me {{ name }} }}",
    f"{{ households(first: ${CANARY}) {{ totalCount }} }}",
    f"query (${CANARY}: String) {{ households(first: ${CANARY}) {{ totalCount }} }}",
    f"{{ {CANARY}: me {{ name }} {CANARY}: households {{ totalCount }} }}",
    f"query {CANARY} {{ me {{ name }} }} query {CANARY} {{ me {{ name }} }}",
    f"subscription {{ {CANARY}: happened {{ cursor }} b: happened {{ cursor }} }}",
    f"type {CANARY} {{ a: Int }}",
    f'{{ me {{ name }} }} "{CANARY}',
    f'"""{CANARY}',
    f"{{ me {{ name }} }} \\u0000{CANARY}",
    f"{{ node(id: 1, {CANARY}: 2, {CANARY}: 3) {{ id }} }}",
)
