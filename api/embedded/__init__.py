"""内嵌数据库 Our own launcher of a private PostgreSQL server in a folder. DESIGN §7

    binaries    where initdb and postgres come from, and their major version
    account     who runs the server: us, or when we are root an unprivileged account that exists already
    passwords   HOME/secrets.json: generated once, mode 0600
    datadir     the data folder: made by initdb aside, then renamed, so a half-made one is never seen
    server      start or attach; the last process that uses the server stops it

The server listens on a socket in a private folder only, never on TCP, and asks every role for its password.
"""

from api.embedded.server import SUPERUSER, Server, check_home

__all__ = ["SUPERUSER", "Server", "check_home"]
