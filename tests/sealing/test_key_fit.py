"""密钥相符 A key file is checked against the database before it is used, and before one is made. Q38"""

from pathlib import Path

import pytest

from api.errors import Problem
from api.key_fit import fitting_sealer
from api.roles import Logins
from api.sealing import KeyringFile
from tests.support.faults.report import report
from tests.support.product import settings_of
from tests.support.sealing.sealed_village import add_household, add_member, add_villages


async def refusal(database: Logins, home: Path) -> str:
    with pytest.raises(Problem) as caught:
        await fitting_sealer(settings_of(database, home), database.owner)
    return caught.value.code.name


async def test_keys_are_made_for_an_empty_database_alone(database: Logins, tmp_path: Path) -> None:
    owner = await database.owner.connect()
    sealer = await fitting_sealer(settings_of(database, tmp_path / "mine"), database.owner)
    await add_villages(owner)
    household = await add_household(owner, "500110001001")
    await add_member(owner, sealer, household, None, "13800138000")
    await owner.close()
    await fitting_sealer(settings_of(database, tmp_path / "mine"), database.app)
    (tmp_path / "new").mkdir()
    assert await refusal(database, tmp_path / "new") == "KEYS_UNUSABLE"
    assert list((tmp_path / "new").iterdir()) == []
    foreign = KeyringFile(tmp_path / "foreign").path.read_bytes()
    assert await refusal(database, tmp_path / "foreign") == "KEYS_DO_NOT_FIT"
    assert (tmp_path / "foreign/keys.json").read_bytes() == foreign
    report("foreign_keys", "a start refused (KEYS_DO_NOT_FIT), a running worker kept its own, no file written")
