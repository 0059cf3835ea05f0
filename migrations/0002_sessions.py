"""会话 Sessions of who is signed in."""

from piccolo.columns import BigInt, BigSerial, Bytea, Timestamptz

from api.migration import Changes

ID = "0002_sessions"
DESCRIPTION = "Sessions of who is signed in"


async def forwards() -> Changes:
    """Changes from the release before."""
    changes = Changes(ID, DESCRIPTION)
    session = changes.new_table("Session", "session")
    session.add("id", BigSerial, primary_key=True)
    session.add("digest", Bytea, unique=True)
    session.add("account", BigInt, null=True)
    session.add("person", BigInt, null=True)
    session.add("post", BigInt, null=True)
    session.add("issued_at", Timestamptz)
    session.add("expires_at", Timestamptz)
    return changes
