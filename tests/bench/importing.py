"""导入 Filled spreadsheets of so many rows through `shouwang households import`: seconds, CPU of both sides, memory.

    dry run     everything checked, nothing written
    first       everything new
    again       the very same file: known by its digest
    anew        the same rows in another file: read and compared whole, nothing changes
    refused     a bad cell in every row; the returned file is written too

Each is a process of its own, so that its peak of memory is its own. Files are written once and kept; the database is
made anew each time.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from api import codes
from api.cluster import Cluster, cluster
from api.demo.people.persons import bank_account, identity_number, phone
from api.intake.columns import Sheet, sheets
from api.settings import Settings, read
from api.units.country import load_country
from tests.bench import cpu
from tests.bench.data import HOME, PROVINCE, postmaster_of
from tests.bench.workbooks import write_workbook

DATABASE, FOLDER = "import", HOME / "import"
SHOUWANG = Path(sys.executable).with_name("shouwang")
A_HOUSEHOLD = 5  # rows: itself, three members, a survey
VILLAGES = "select code from unit where tier = 'VILLAGE' and province = $1 and valid_until is null order by code"

Row = dict[str, Any]
HOUSEHOLD: Row = {
    "户类型": "一般农户",
    "家庭人口数": 3,
    "管辖依据": "户籍地",
    "易地搬迁户": "否",
    "开户银行": "农村商业银行",
    "住房安全等级": "A级",
    "住房面积": 96.5,
    "主要燃料类型": "清洁能源",
    "入户路类型": "水泥路",
    "与村主干路距离": 0.8,
    "耕地面积": 3.5,
    "林地面积": 12,
    "林果面积": 1.25,
    "牧草地面积": 0,
    "水面面积": 0,
    **dict.fromkeys(("饮水安全", "卫生厕所", "生活用电", "广播电视"), "是"),
    **dict.fromkeys(("加入合作组织", "军烈属"), "否"),
}
MEMBER: Row = {
    "证件类型": "居民身份证",
    "民族": "汉族",
    "政治面貌": "群众",
    "健康状况": "健康",
    "户口性质": "农村户籍",
    "享受低保政策情况": "不享受",
    "享受特困供养情况": "不享受",
    **dict.fromkeys(("是否会讲普通话", "参加城乡居民基本医疗保险", "参加城乡居民基本养老保险"), "是"),
    **dict.fromkeys(("享受大病保险", "接受医疗救助", "参加城镇职工基本医疗保险", "参加城镇职工基本养老保险"), "否"),
    "易地搬迁人口": "否",
}
ABLE = {"劳动能力": "有劳动能力", "劳动技能": "普通劳动力"}
FAMILY: tuple[tuple[date, Row], ...] = (
    (date(1970, 5, 17), {"与户主关系": "户主", "性别": "男", "文化程度": "初中", **ABLE}),
    (date(1972, 3, 1), {"与户主关系": "配偶", "性别": "女", "文化程度": "小学", "务工时间（月）": 9, **ABLE}),
    (date(2008, 7, 9), {"与户主关系": "之女", "性别": "女", "在校生状况": "普通高中一年级"}),
)
SURVEY: Row = {
    "年度": 2024,
    "采集日期": date(2024, 11, 3),
    "计入人口数": 3,
    "工资性收入": 21000,
    "生产经营性收入": 5000.5,
    "转移性收入": 1200,
    "财产性收入": 0,
    "生产经营性支出": 800,
    "商业保险理赔": 0,
    "第三方赔偿": 0,
    "医疗自付支出": 350.25,
    "教育刚性支出": 0,
    "灾害事故支出": 0,
    **dict.fromkeys(("义务教育未保障", "基本医疗未保障", "住房安全未保障", "饮水安全未保障"), "否"),
}
SPOILT = {"户": ("耕地面积", "三亩"), "家庭成员": ("民族", "火星族"), "收入支出": ("工资性收入", -1)}


def rows_of(sheet: str, households: int, villages: list[str]) -> Iterator[Row]:
    """The rows of one sheet."""
    for number in range(households):
        tie = {"户编号": f"I{PROVINCE}{number:09d}"}
        if sheet == "户":
            address = f"{number % 12 + 1}组{number % 180 + 1}号"
            place = {"责任单位": villages[number * len(villages) // households], "家庭住址": address}
            sealed = {"联系电话": phone(number), "银行账号": bank_account(number)}
            yield {**tie, **HOUSEHOLD, **place, **sealed, "户主姓名": "甲一"}
        elif sheet == "家庭成员":
            yield from (tie | row for row in _members(number))
        else:
            yield tie | SURVEY | {"转移性收入": 1200 + number % 900}


def _members(household: int) -> Iterator[Row]:
    for place, (born, row) in enumerate(FAMILY):
        number = identity_number(PROVINCE, 3 * household + place, f"{born:%Y%m%d}", row["性别"] == "男")
        yield {**MEMBER, **row, "姓名": f"{'甲乙丙'[place]}一", "证件号码": number, "出生日期": born}


def write_file(path: Path, rows: int, villages: list[str], *, spoil: bool) -> None:
    """Fill the form; two files are never the same bytes."""
    count = rows // A_HOUSEHOLD
    size = {"家庭成员": count * len(FAMILY)}
    filled = {
        sheet.label: (size.get(sheet.label, count) + 1, _cells(sheet, count, villages, spoil=spoil))
        for sheet in sheets().values()
    }
    write_workbook(path, filled, comment=path.stem)


def _cells(sheet: Sheet, households: int, villages: list[str], *, spoil: bool) -> Iterator[list[Any]]:
    labels = [field.label for field in sheet.fields.values()]
    spoilt = dict([SPOILT[sheet.label]]) if spoil else {}
    yield labels
    for row in rows_of(sheet.label, households, villages):
        yield [(row | spoilt).get(label) for label in labels]


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took: seconds, CPU seconds of the command and of PostgreSQL, megabytes at most; and how it ended."""

    seconds: float
    cpu: float
    postgres: float
    peak: float
    status: int

    def __str__(self) -> str:
        both = f"CPU {self.cpu:.1f} s and PostgreSQL {self.postgres:.1f} s"
        return f"{self.seconds:.1f} s, {both}, at most {self.peak:.0f} MB, status {self.status}"


def run(settings: Settings, postmaster: int, words: list[str]) -> Took:
    """One import by the command people type."""
    environment = os.environ | {"SHOUWANG_HOME": str(settings.home), "SHOUWANG_DATABASE": settings.database}
    before, began = cpu.seconds(postmaster), time.perf_counter()
    with (FOLDER / "told.txt").open("wb") as log:
        to_file = [(os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2)]
        command = [str(SHOUWANG), "households", "import", *words, "--unit", PROVINCE]
        pid = os.posix_spawn(SHOUWANG, command, environment, file_actions=to_file)
        peak = _peak(pid)
        _, status, used = os.wait4(pid, 0)
    return Took(
        time.perf_counter() - began,
        used.ru_utime + used.ru_stime,
        cpu.seconds(postmaster) - before,
        peak,
        os.waitstatus_to_exitcode(status),
    )


def _peak(pid: int) -> float:
    """Megabytes a process held at most, asked until it ends: what wait4 tells is the parent's when it held more."""
    peak, status = 0, Path(f"/proc/{pid}/status")
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                peak = int(line.split()[1])
        time.sleep(0.05)
    return peak / 1024


async def _ready(database: Cluster, rows: int, report: Callable[[str], None]) -> tuple[int, dict[str, str]]:
    admin = await database.admin.connect()
    try:
        await admin.execute(f"drop database if exists {DATABASE} with (force)")
        postmaster = await postmaster_of(admin)
    finally:
        await admin.close()
    await database.prepare()
    connection = await database.logins.owner.connect()
    try:
        await load_country(connection, date(2023, 6, 30), province=PROVINCE)
        await codes.load(connection, date(2023, 6, 30))
        villages = [row["code"] for row in await connection.fetch(VILLAGES, PROVINCE)]
    finally:
        await connection.close()
    files = {name: FOLDER / f"{rows}-{name}.xlsx" for name in ("good", "anew", "bad")}
    for name, path in files.items():
        if not path.exists():
            report(f"writing {path.name}")
            write_file(path, rows, villages, spoil=name == "bad")
    return postmaster, {name: str(path) for name, path in files.items()}


def main(rows: int, report: Callable[[str], None]) -> None:
    """Every way a file of so many rows can go, told as it is measured."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = read({"SHOUWANG_HOME": str(HOME), "SHOUWANG_DATABASE": DATABASE})
    with cluster(settings) as database:
        postmaster, files = asyncio.run(_ready(database, rows, report))
        for what, words in (
            ("dry run", [files["good"], "--dry-run"]),
            ("first", [files["good"]]),
            ("again", [files["good"]]),
            ("anew", [files["anew"]]),
            ("refused", [files["bad"], "--errors", str(FOLDER / "returned.xlsx")]),
        ):
            took = run(settings, postmaster, words)
            report(f"{rows} rows, {what}: {took}")
