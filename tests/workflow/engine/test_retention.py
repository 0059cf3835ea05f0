"""保存期 Answered idempotency keys go after their days; unanswered ones and young ones stay."""

from datetime import UTC, datetime, timedelta

import pytest

from api.roles import Logins
from api.workflow.engine import retention

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def test_only_old_answered_keys_go(database: Logins, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    app = await database.app.connect()
    ages = [(31, True), (31, False), (31, True), (30, True), (30, False), (1, True), (0, True)]
    for number, (days, answered) in enumerate(ages):
        await app.execute(
            "insert into idempotency (account, key, digest, reply, at) values (1, $1, '', $2::text::jsonb, $3)",
            f"key-{number:05}", "{}" if answered else None, NOW - timedelta(days=days),
        )  # fmt: skip
    judged = "insert into idempotency (account, key, digest, reply, at) values (1, 'judged-7', '', $1::text::jsonb, $2)"
    await app.execute(judged, '{"judged": {}}', NOW - timedelta(days=99))
    assert await retention.purge_answered_keys(app, NOW, 30) == 2
    left = await app.fetch("select key from idempotency order by id")
    assert [row["key"][-1] for row in left] == ["1", "3", "4", "5", "6", "7"]
    assert await retention.purge_answered_keys(app, NOW, 30) == 0
    await app.close()
