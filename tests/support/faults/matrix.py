"""矩阵 Every fault that `make faults` tries, with what is promised; docs/operations.md shows the results.

A row is written by `report.report` under its name here. The short form in CI tries those named in SHORT.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """A fault: what breaks, and what is promised."""

    what: str
    promise: str


ANSWERED = "every request answered in its time; reads and writes well 3 s after healing"
MATRIX: dict[str, Fault] = {
    "half_open_8": Fault("half-open links to PostgreSQL, 8 s", ANSWERED),
    "half_open_15": Fault("half-open links, 15 s", ANSWERED),
    "half_open_30": Fault("half-open links, 30 s", ANSWERED),
    "reset": Fault("every link reset (RST)", "a read is repeated, a write answers 503 and its key"),
    "refused": Fault("connections refused, 3 s", ANSWERED),
    "slow_link": Fault("a slow link: 0.1 s each way, 5 s", "slower, nothing refused"),
    "failover": Fault("another server behind the same address", "the old one's connections are ended, 10 s"),
    "server_stopped": Fault("PostgreSQL stopped, started 3 s later", "503 with Retry-After, then well"),
    "backend_killed": Fault("kill -9 of a server process", "PostgreSQL recovers; no restart of ours"),
    "backend_stopped": Fault("a server process hangs (SIGSTOP), 12 s", "its requests end at their deadline"),
    "postmaster_killed": Fault("kill -9 of the postmaster, started 3 s later", "503, then well"),
    "postmaster_stopped": Fault("the postmaster hangs (SIGSTOP), 8 s", "open connections go on"),
    "embedded_killed": Fault("kill -9 of the embedded server", "`serve` starts it again"),
    "too_many": Fault("no connection free in PostgreSQL, 5 s", "503, then well"),
    "pool_full": Fault("every statement waits for a lock, 5 s", "503 where no connection is free; /livez at once"),
    "audit_unwritable": Fault("the audit ledger can't be written, 4 s", "nothing is changed; reads go on"),
    "disk_full": Fault(
        "the disk of the embedded server full, 5 s", "503 or 507, nothing torn; well when there is room"
    ),
    "reader_refused": Fault("the reader's login refused, 4 s", "500 DATABASE_REFUSED, not ready; then well"),
    "writer_refused": Fault("the app's login refused, 4 s", "reads go on, writes refused; then well"),
    "listen_lost": Fault("the links of LISTEN ended", "a disabled account is out within 3 s"),
    "worker_killed": Fault("kill -9 of a worker (as the kernel out of memory does)", "replaced; the other serves on"),
    "worker_crashed": Fault("SIGSEGV in a worker", "replaced; the other serves on"),
    "worker_stopped": Fault("a worker hangs (SIGSTOP)", "killed after 10 s and replaced"),
    "worker_no_memory": Fault("a worker may have no more memory", "answers or is replaced"),
    "killed_in_step": Fault("kill -9 of the worker in the middle of a step", "the same key takes it once"),
    "same_key": Fault("one key sent fifty times at once, to several workers", "one effect, one answer"),
    "collector_dead": Fault("a collector of traces that never answers, all the while", "no request waits for it"),
    "renewed": Fault("SIGHUP under load", "every worker replaced, no request refused"),
    "supervisor_killed": Fault("kill -9 of the supervisor", "no orphan, the port free at once"),
    "ended_hanging": Fault("SIGTERM twice while links hang", "gone within 13 s"),
    "no_database": Fault("`serve` without a database", "answers 503 and waits, prepares when it is there"),
    "port_taken": Fault("the port is taken", "PORT_TAKEN, also while the other one still prepares"),
    "home_shared": Fault("a second `serve` in the same folder", "both serve; the last one stops the server"),
    "slow_clients": Fault("200 clients that stop in the middle of a body", "408 after 20 s, others undisturbed"),
    "clock_jumps": Fault(
        "the clock of the host an hour off, both ways", "reads and steps go on, national steps refuse"
    ),
    "foreign_keys": Fault("keys.json of another database", "not adopted; nothing sealed with it"),
    "national_killed": Fault("kill -9 at each point of a national execution", "all of it or nothing, once"),
    "national_cut": Fault("the link cut at each statement of a national execution", "the same key executes once"),
}
SHORT = ("half_open_8", "backend_killed", "worker_killed", "no_database")
