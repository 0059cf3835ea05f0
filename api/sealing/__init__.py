"""密封 Sealed identifiers: encrypted at rest, found by exact match, shown masked. Q38

identifiers   the classes: normalising, index text, mask
keyring       the keys, in a file outside the database
sealer        seal, open, index
rotation      ids to seal with, re-encryption, does the keyring fit the database
"""

from api.sealing.identifiers import Identifier
from api.sealing.keyring import Keyring, KeyringFile
from api.sealing.rotation import Place, check_keys, row_ids
from api.sealing.sealer import SealedValue, Sealer

__all__ = [
    "Identifier",
    "Keyring",
    "KeyringFile",
    "Place",
    "SealedValue",
    "Sealer",
    "check_keys",
    "row_ids",
]
