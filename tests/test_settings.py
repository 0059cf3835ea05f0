"""设置 One table of settings: what is read, what is refused, and that nothing else is read from the environment."""

import ast
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import api
from api.errors import Problem
from api.settings import Settings, Variable, read, variables

NUMBERS = {name: variable.type.bounds for name, variable in variables().items() if variable.type.bounds}
WRONG = {
    "SHOUWANG_HOST": (" 127.0.0.1", "127.0.0.1\n"),
    "SHOUWANG_DATABASE": ("d" * 64, "守" * 22, " d"),
    "SHOUWANG_CLOCK": ("now", "2023-05-01", "2023-05-01T08:00:00", "2023-13-01T08:00:00+08:00"),
    "DATABASE_URL": ("localhost", "mysql://me:secret@host/base"),
    "DATABASE_URL_APP": ("host=localhost",),
    "DATABASE_URL_READER": ("//host/base",),
    "DATABASE_URL_NATION": ("secret",),
    "SHOUWANG_OIDC_ISSUER": ("http://id.example", "id.example", "https://", "https://["),
    "SHOUWANG_OIDC_AUDIENCE": ("shouwang ",),
    "SHOUWANG_OIDC_JWKS_URL": ("ftp://127.0.0.1",),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("collector:4318", "http://"),
    "SHOUWANG_WEBHOOK_URL": ("log", "mailto:someone", "http://["),
    "SHOUWANG_NOTIFICATIONS": ("ON", "true", "0"),
    "SHOUWANG_DOCUMENTS_MODE": ("strict", "Off"),
    "SHOUWANG_INTROSPECTION": (" everyone",),
    "SHOUWANG_TRUSTED_PROXIES": ("proxy.example", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/8;::1"),
    "SHOUWANG_SHADOW_READS": ("-0", "2", "1.000001", ".5", "1e-3", "0.0000001", "nan", "٠"),
    "SHOUWANG_SHADOW_STEPS": ("0,1", "50%", "0.5\n", "+1"),
    "SHOUWANG_HYPOTHESIS": ("hard",),
    **{
        name: (str(least - 1), str(most + 1), "many", "1.5", "٣", "1 ", "9" * 5000)
        for name, (least, most) in NUMBERS.items()
    },
}
ANYTHING = {"SHOUWANG_HOME", "SHOUWANG_POSTGRES_BIN", "SHOUWANG_KEYS_FILE", "SHOUWANG_DOCUMENTS"}  # any text is a path


def refusal(environment: dict[str, str]) -> Problem:
    with pytest.raises(Problem) as caught:
        read(environment)
    return caught.value


def test_without_an_environment_every_default_is_in_bounds_and_an_empty_variable_counts_as_unset() -> None:
    settings = read({})
    assert settings == read(dict.fromkeys(variables(), ""))
    assert (settings.port, settings.pool_size, settings.notifications, settings.database_url) == (8000, 4, True, None)
    assert settings.home == Path(".shouwang").absolute()
    for variable in variables().values():
        assert (getattr(settings, variable.field) is None) == (variable.default is None), variable.name


def test_every_setting_is_read_from_its_own_variable() -> None:
    settings = read(
        {
            "SHOUWANG_HOME": "~/a home", "SHOUWANG_PORT": "65535", "SHOUWANG_CLOCK": "2023-05-01T08:00:00+08:00",
            "SHOUWANG_NOTIFICATIONS": "off", "SHOUWANG_WEBHOOK_URL": "log:", "DATABASE_URL": "postgres://me@host/base",
            "SHOUWANG_OIDC_ISSUER": "http://127.0.0.1:9000", "SHOUWANG_DATABASE": "守" * 21, "PATH": "/bin",
        }
    )  # fmt: skip
    assert settings.home == Path.home() / "a home"
    assert settings.clock == datetime(2023, 5, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert (settings.port, settings.notifications, settings.webhook_url) == (65535, False, "log:")
    assert (settings.database_url, settings.oidc_issuer) == ("postgres://me@host/base", "http://127.0.0.1:9000")
    assert settings.database == "守" * 21


@pytest.mark.parametrize(("name", "bounds"), NUMBERS.items())
def test_numbers_are_taken_up_to_their_bounds_and_no_further(name: str, bounds: tuple[int, int]) -> None:
    for number in bounds:
        assert getattr(read({name: str(number)}), variables()[name].field) == number
    for number in (bounds[0] - 1, bounds[1] + 1):
        assert refusal({name: str(number)}).facts["expected"] == f"a whole number from {bounds[0]} to {bounds[1]}"


def test_shares_are_taken_up_to_their_bounds() -> None:
    assert [read({"SHOUWANG_SHADOW_READS": text}).shadow_reads for text in ("0", "0.000001", "1", "1.0")] == [
        0.0, 0.000001, 1.0, 1.0,
    ]  # fmt: skip
    assert (read({}).shadow_reads, read({}).shadow_steps) == (0.0, 0.001)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused_with_what_is_expected_and_never_told(name: str) -> None:
    for value in WRONG[name]:
        problem = refusal({name: value})
        assert (problem.code.name, problem.facts["name"]) == ("BAD_SETTING", name)
        assert set(problem.facts) == {"name", "expected", "expected_zh"}
        assert problem.facts["expected"] == variables()[name].type.en


def test_every_variable_that_can_be_wrong_was_tried() -> None:
    assert WRONG.keys() | ANYTHING == variables().keys()


def test_no_secret_is_told() -> None:
    for name in (name for name in variables() if name not in ANYTHING):
        with pytest.raises(Problem) as caught:
            read({name: " secret-7f3a"})
        assert "secret-7f3a" not in repr(caught.value) + caught.value.text("zh") + str(caught.value.extensions())


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("SHOUWANG_PROT", "SHOUWANG_PORT"), ("SHOUWANG_POOL_SIZE", "SHOUWANG_POOL"), ("shouwang_home", "SHOUWANG_HOME"),
        ("SHOUWANG_OIDC_ISSUERS", "SHOUWANG_OIDC_ISSUER"), ("SHOUWANG_KEY_FILE", "SHOUWANG_KEYS_FILE"),
        ("SHOUWANG_WEBHOOK", "SHOUWANG_WEBHOOK_URL"), ("SHOUWANG_DOCUMENT_MODE", "SHOUWANG_DOCUMENTS_MODE"),
    ],
)  # fmt: skip
def test_an_unknown_variable_of_ours_is_refused_with_the_nearest_name(name: str, nearest: str) -> None:
    problem = refusal({name: "secret-7f3a"})
    assert problem.code.name == "UNKNOWN_SETTING"
    assert problem.facts == {"name": name, "nearest": nearest}


@given(st.text(max_size=12))
def test_whatever_its_name_an_unknown_variable_is_refused_and_others_are_left_alone(rest: str) -> None:
    name = f"SHOUWANG_{rest}"
    if name not in variables():
        assert refusal({name: "1"}).facts["nearest"] in variables()
    assert read({f"OTHER_{name}": "1", "PGHOST": "elsewhere"}) == read({})


def test_a_command_refuses_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from api.cli import main

    result = CliRunner().invoke(main, ["serve"], env={"SHOUWANG_PROT": "8001"})
    assert result.exit_code == 2
    assert "SHOUWANG_PROT" in result.output
    assert "SHOUWANG_PORT" in result.output
    assert "没有名为" in result.output


def test_every_variable_has_one_field_and_says_what_it_means_in_both_languages() -> None:
    assert [variable.field for variable in variables().values()] == list(Settings.__slots__)
    for variable in variables().values():
        assert isinstance(variable, Variable)
        assert variable.zh != variable.en
        assert all((variable.zh, variable.en, variable.type.zh, variable.type.en))


def test_nothing_else_reads_the_environment() -> None:
    """A variable that is read elsewhere would be neither checked nor documented."""
    folder = Path(api.__file__).parent
    allowed = {"settings.py", "embedded/account.py", "commands/serve.py", "database/piccolo_engine.py"}
    for path in folder.rglob("*.py"):
        names = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        if names & {"environ", "getenv", "environb"}:
            assert path.relative_to(folder).as_posix() in allowed, path
