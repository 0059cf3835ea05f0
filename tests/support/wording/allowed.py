"""允许 What Chinese texts may hold besides Chinese, and who reads which of them."""

NAMES = frozenset(
    {
        "GraphQL",
        "JSON",
        "HTTP",
        "POST",
        "Accept",
        "Authorization",
        "Bearer",
        "Content-Type",
        "Content-Disposition",
        "Idempotency-Key",
        "RFC",
        "WebSocket",
        "application/json",
        "application/graphql-response",
        "json",
        "PDF",
        "PNG",
        "JPEG",
        "MB",
        "NTP",
        "UTF-8",
        "BOM",
        "xlsx",
        "Casbin",
    }
)
"""What Chinese texts call by its Latin name: protocols, headers, media types, forms of files."""

ROW_TYPES = frozenset({"p", "g"})
"""The two letters a row of a policy file begins with."""

FOR_OPERATORS = (
    "api.cli",
    "api.grants",
    "api.key_fit",
    "api.migrate",
    "api.roles",
    "api.setting_types",
    "api.settings",
    "api.testdb",
    "api.access.signin.local_issuer",
    "api.audit",
    "api.commands",
    "api.database.dsn",
    "api.demo",
    "api.embedded",
    "api.intake",
    "api.projection",
    "api.resolvers.http.introspection",
    "api.resolvers.http.trusted",
    "api.resolvers.pages.request_page",
    "api.sealing",
    "api.units",
    "api.workflow.policy.files",
    "api.workflow.posts.owner_commands",
)
"""Packages whose texts an operator reads at a terminal: they may name variables, files and commands. (A page's markup
is no text; what it shows is tested where it is made.)"""

SHOWN_AS_THEY_ARE = frozenset(
    {
        ("POLICY_CASE", "form"),  # the columns of a case, to be typed so
        ("POLICY_DUPLICATE", "first"),  # the place of another row
        ("POLICY_DIGEST", "version"),  # the number of a version
        ("CLIENT_FILES_FORBIDDEN", "path"),  # a path of the server's own
        ("STEP_BACKDATED", "days"),
        ("PARAMETER_LOOSENED", "value"),  # a number, as it is written
        ("INCOME_NOT_STABLE", "length"),
        ("SHARE_LARGE", "line"),
        ("RUSH", "mean"),
    }
)
"""(error, fact) whose text is the product's own: a number as it is written, a place, a form to type."""
