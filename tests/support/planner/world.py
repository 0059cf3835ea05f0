"""A small world for the planner's tests: every shape of the responsibility tree, rows of every entity, seeded."""

import datetime
import decimal
import hashlib
import random
from typing import Any

from api.rules.units import tier_of
from api.rules.words.vocabulary import ProceedingState, Tier

D = datetime.date
TIERS = ("province", "city", "county", "township", "village")
COUNTIES = {
    "500110": ("50", None),
    "50W": ("50", None),
    "510104": ("51", "5101"),
    "659001": ("66", None),
}
NAMES = ["张三", "李四", "王'五", "赵/六", "钱\x7f七", "孙八 <b>", "周\u2028九", "张小明", "张大力", "吴十"]
KINDS = ["IDENTIFICATION", "ELIMINATION", "IDENTIFICATION", "GREEN_CHANNEL", "IDENTIFICATION", "TRANSFER", "SAFETY_NET"]
STATES = [state.name for state in ProceedingState]
RISKS = ["ILLNESS", "HOUSING", "DISABILITY", "DISASTER", "SCHOOLING"]

MEASURES: list[tuple[str, str | None]] = [
    ("EMPLOYMENT", None),
    ("SECURITY", "SECURITY_DISABLED_CARE"),
    ("HOUSING", "HOUSING_REPAIR"),
    ("HEALTH", None),
    ("EMPLOYMENT", None),
    ("COMPULSORY_EDUCATION", "COMPULSORY_EDUCATION_AT_HOME"),
]

Row = dict[str, Any]


def paths() -> dict[str, dict[str, str | None]]:
    """The path columns of every unit by its code."""
    paths_by_unit: dict[str, dict[str, str | None]] = {"0": dict.fromkeys(TIERS)}
    for province in ("50", "51", "66"):
        paths_by_unit[province] = {**dict.fromkeys(TIERS), "province": province}
    paths_by_unit["5101"] = {**dict.fromkeys(TIERS), "province": "51", "city": "5101"}
    for county, (province, city) in COUNTIES.items():
        paths_by_unit[county] = {**dict.fromkeys(TIERS), "province": province, "city": city, "county": county}
        for t in (1, 2):
            # the townships of 50W keep the codes they had under 500110: a prefix says nothing
            township = f"{'500110' if county == '50W' else county}{'9' if county == '50W' else '0'}0{t}"
            paths_by_unit[township] = {**paths_by_unit[county], "township": township}
            for v in (1, 2):
                paths_by_unit[f"{township}20{v}"] = {**paths_by_unit[township], "village": f"{township}20{v}"}
    return paths_by_unit


class World:
    """The rows of every table, as inserted; read back after the triggers have run."""

    def __init__(self, seed: int = 1, households: int = 48) -> None:
        self.random = random.Random(seed)
        self.tables: dict[str, list[Row]] = {name: [] for name in _ORDER}
        self.units = paths()
        self._units()
        self._officials()
        self._codes()
        for _ in range(households):
            self._household()
        self._requests(random.Random(seed))

    def add(self, table: str, **row: Any) -> int:
        rows = self.tables.setdefault(table, [])
        row["id"] = len(rows) + 1 + (100 if table == "household" else 0)
        rows.append(row)
        return int(row["id"])

    def _units(self) -> None:
        ids: dict[str, int] = {}
        for code, path in self.units.items():
            above = [code_ for code_ in path.values() if code_ and code_ != code]
            parent = ids[above[-1]] if above else (ids["0"] if code != "0" else None)
            ids[code] = self.add(
                "unit",
                code=code,
                name=f"{tier_of(code).zh}{code}",
                tier=tier_of(code).name,
                parent=parent,
                **path,
                western=code == "50",
                development_zone=False,
                unverified=code == "659001",
                valid_from=D(2023, 6, 30),
            )
        self.unit_id = ids
        self._closed_units(ids)
        for code, year, amount in (("50", 2026, "7800.00"), ("51", 2026, "8100.00"), ("500110", 2026, "8000.50")):
            self.add(
                "threshold",
                unit=ids[code],
                year=year,
                amount=decimal.Decimal(amount),
                state="FILED",
                set_on=D(2026, 2, 1),
                basis="物价指数" if code == "50" else None,
                version=1,
                **self.units[code],
            )

    def _closed_units(self, ids: dict[str, int]) -> None:
        """A township that was merged away, and a county as it stood before it moved: the same code twice."""
        for code, path, successor in (
            ("500110003", {**self.units["500110"], "township": "500110003"}, "500110001"),
            ("50W", {**dict.fromkeys(TIERS), "province": "51", "county": "50W"}, "50W"),
        ):
            self.add(
                "unit",
                code=code,
                name=f"原{code}",
                tier=tier_of(code).name,
                parent=ids["500110" if code == "500110003" else "51"],
                **path,
                western=True,
                development_zone=False,
                unverified=False,
                valid_from=D(2020, 1, 1),
                valid_until=D(2026, 5, 31),
                successor=ids[successor],
            )

        for code, parameter, value, since in (
            ("50", "check_labour_age", "17", D(2026, 2, 1)),
            ("51", "entry_days", "9", None),
        ):
            self.add(
                "parameter_setting",
                unit=ids[code],
                parameter=parameter,
                value=value,
                dimension="DAYS" if since is None else "AGE",
                decided_on=since,
                decider=None if since is None else 2,
                basis="渝乡振发〔2023〕19号",
                proposed_on=D(2026, 1, 30),
                since=since,
                proposer=1,
                version=1,
                **self.units[code],
            )
        for county in COUNTIES:
            self.add(
                "rural_average",
                unit=ids[county],
                year=2024,
                amount=decimal.Decimal("20100.00"),
                source="县统计公报",
                set_on=D(2026, 3, 1),
                **self.units[county],
            )

    def _officials(self) -> None:
        person = self.add("person", name="测试官员")
        account = self.add("account", person=person, name="tester@500110", state="ACTIVE")
        self.add(
            "post",
            account=account,
            unit=self.unit_id["500110"],
            tier="COUNTY",
            department="RURAL_REVITALIZATION",
            duty="HANDLER",
            since=D(2024, 1, 1),
            **self.units["500110"],
        )
        other = self.add("account", person=self.add("person", name="另一人"), name="other@51", state="ACTIVE")
        self.add(
            "post",
            account=other,
            unit=self.unit_id["51"],
            tier="PROVINCE",
            department="EDUCATION",
            duty="HANDLER",
            since=D(2024, 1, 1),
            **self.units["51"],
        )
        self.add(
            "post",
            account=other,
            unit=self.unit_id["500110001"],
            tier="TOWNSHIP",
            department="RURAL_REVITALIZATION",
            duty="HANDLER",
            since=D(2024, 1, 1),
            until=D(2026, 5, 31),
            **self.units["500110001"],
        )
        self._appointments(other)

    def _appointments(self, account: int) -> None:
        proposed = {
            "delegated": False,
            "reason": "换届",
            "proposer": 1,
            "proposed_at": datetime.datetime(2026, 1, 5, 3, tzinfo=datetime.UTC),
            "proposed_person": 1,
            "proposed_account": 1,
            "department": "RURAL_REVITALIZATION",
            "duty": "HANDLER",
            "since": D(2024, 1, 1),
        }
        decided = {
            "decider": 2,
            "decided_at": datetime.datetime(2026, 1, 6, 3, tzinfo=datetime.UTC),
            "decided_person": 2,
            "decided_account": 2,
            "answer": "同意",
            "version": 2,
        }
        self.add(
            "appointment",
            change="END",
            state="APPROVED",
            unit=self.unit_id["500110001"],
            tier="TOWNSHIP",
            post=3,
            account=account,
            carried=True,
            until=D(2026, 5, 31),
            **proposed,
            **decided,
        )
        for code in ("510104001", "50"):
            self.add(
                "appointment",
                change="GIVE",
                state="PROPOSED",
                unit=self.unit_id[code],
                tier=tier_of(code).name,
                person_name="新干部",
                account_name=f"new@{code}",
                carried=False,
                version=1,
                **proposed,
            )

    def _codes(self) -> None:
        for name in ("RELATION", "RISK"):
            list_ = self.add("code_list", name=name, zh=f"{name}表", en=name.title())
            for position, code in enumerate(("A", "B"), 1):
                labels = {"zh": f"{code}项", "en": f"item {code}"}
                self.add("code_item", code_list=list_, code=code, **labels, position=position, in_use=True)

    def _maybe(self, value: Any) -> Any:
        return value if self.random.random() < 0.6 else None

    def _household(self) -> None:
        pick = self.random.choice
        village = pick([code for code in self.units if tier_of(code) is Tier.VILLAGE])
        other = pick([code for code in self.units if tier_of(code) is Tier.VILLAGE])
        cooperates = self.units[other] if self.random.random() < 0.3 else dict.fromkeys(TIERS)
        household = self.add(
            "household",
            number=self._maybe(f"H{self.random.random()}"),
            kind_of_household=pick(["LIFTED", "GENERAL"]),
            head_name=pick(NAMES),
            people=pick([1, 2, 3]),
            unit=self.unit_id[village],
            hukou_unit=self._maybe(self.unit_id[village]),
            move_out_unit=self.unit_id[other] if cooperates["village"] else None,
            jurisdiction="HUKOU",
            safety_net=False,
            relocated=bool(cooperates["village"]),
            address=self._maybe('某村"1"组\t2号'),
            phone_masked=self._maybe("*********12"),
            bank_name=self._maybe("农村商业银行"),
            housing_grade=self._maybe("C"),
            housing_area=self._maybe(decimal.Decimal("88.50")),
            safe_water=self._maybe(True),
            farmland=self._maybe(decimal.Decimal("3.00")),
            registered_on=D(2020, 1, pick(range(1, 29))),
            version=1,
            updated_at=datetime.datetime(2026, 1, pick(range(1, 29)), 8, 0, 0, pick([0, 123456, 120000]), datetime.UTC),
            **self.units[village],
            **{f"cooperating_{tier}": code for tier, code in cooperates.items()},
        )
        if cooperates["village"]:
            self.add(
                "note", household=household, unit=self.unit_id[other], noted_on=D(2026, 4, 1), content='有"承包地"三亩'
            )
        members = [self._member(household) for _ in range(pick([1, 2, 3]))]
        for year in (2025, 2026)[: pick([0, 1, 2])]:
            money = {name: decimal.Decimal(pick(range(100_000))) / 100 for name in _SURVEY_MONEY}
            gaps = {f"{name}_gap": pick([True, False]) for name in ("education", "medical", "housing", "water")}
            self.add(
                "survey",
                household=household,
                year=year,
                revision=1,
                surveyed_on=D(year, 3, pick(range(1, 29))),
                counted=len(members),
                **money,
                **gaps,
            )
        clue = self._clue(household) if self.random.random() < 0.6 else None
        previous = None
        for state in pick(
            [(), (), ("IDENTIFIED",), ("RISK_ELIMINATED", "IDENTIFIED"), ("GREEN_CHANNEL",), ("WITHDRAWN",)]
        ):
            previous = self._case(household, state, previous, clue, members)

    def _member(self, household: int) -> int:
        pick = self.random.choice
        return self.add(
            "member",
            household=household,
            name=pick(NAMES),
            relation=pick(["HEAD", "SPOUSE", "CHILD"]),
            sex=pick(["MALE", "FEMALE"]),
            birth_date=self._maybe(D(1980, 5, 6)),
            id_number_masked=self._maybe("5****************X"),
            education=self._maybe("JUNIOR"),
            health=self._maybe(["HEALTHY"]),
            disability_grade=self._maybe(2),
            labour=self._maybe("ABLE"),
            resident_medical=self._maybe(True),
            allowance=self._maybe("RURAL"),
            joined_on=self._maybe(D(2020, 1, 1)),
        )

    def _clue(self, household: int) -> int:
        pick = self.random.choice
        source = pick(["SELF_REPORT", "CADRE_SCREENING", "DEPARTMENT_WARNING"])
        return self.add(
            "clue",
            household=household,
            source=source,
            found_on=D(2026, 5, pick(range(1, 29))),
            department=pick(["EDUCATION", "MEDICAL_INSURANCE"]) if source == "DEPARTMENT_WARNING" else None,
            state=pick(["OPEN", "CLOSED"]),
            due_on=self._maybe(D(2026, 6, pick(range(1, 29)))),
            version=1,
        )

    def _case(self, household: int, state: str, previous: int | None, clue: int | None, members: list[int]) -> int:
        pick = self.random.choice
        case = self.add(
            "monitoring_case",
            household=household,
            previous=previous,
            state=state,
            category=None if state == "GREEN_CHANNEL" else pick(["UNSTABLE_LIFTED", "MARGINAL", "SUDDEN_HARDSHIP"]),
            identified_on=None if state == "GREEN_CHANNEL" else D(2026, 6, pick(range(1, 29))),
            threshold=1,
            threshold_amount=decimal.Decimal("7800.00"),
            safety_net=pick([True, False]),
            due_on=self._maybe(D(2026, 7, 1)),
            version=1,
        )
        risk = self.add(
            "risk", household=household, monitoring_case=case, kind=pick(RISKS), state="OPEN", found_on=D(2026, 5, 1)
        )
        number = len(self.tables["proceeding"])
        proceeding = self.add(
            "proceeding",
            household=household,
            monitoring_case=case,
            clue=clue,
            kind=KINDS[number % len(KINDS)],
            state=STATES[number % len(STATES)],
            opened_on=D(2026, 5, 1),
            review_form=self._maybe("ASSEMBLY"),
            ended_on=D(2026, 6, 30),
            version=1,
        )
        if KINDS[number % len(KINDS)] == "TRANSFER":
            unit = self.tables["household"][household - 101]["unit"]
            self.add(
                "transfer",
                household=household,
                proceeding=proceeding,
                releasing_unit=unit,
                receiving_unit=self.unit_id["510104001201"],
                basis="RESIDENCE",
                why="常住他县",
                proposed_on=D(2026, 5, 1),
                decided_on=D(2026, 5, 9),
                accepted=False,
            )
        for step in ("verify_at_home", "approve")[: pick([1, 2])]:
            self.add(
                "act",
                household=household,
                proceeding=proceeding,
                monitoring_case=case,
                step=f"identification.{step}",
                taken_on=D(2026, 5, pick(range(1, 29))),
                recorded_at=datetime.datetime(2026, 5, 30, tzinfo=datetime.UTC),
                role="township:rural_revitalization:handler",
                reason=self._maybe("道路中断"),
                overridden=self._maybe(["IDENTIFIED_LATE", "ONLY_COMPREHENSIVE"]),
                account=1,
                person=1 if step == "approve" else 2,
                post=1,
                arguments="{}",
            )
        self.add(
            "deadline",
            household=household,
            proceeding=proceeding,
            kind="IDENTIFICATION",
            nature="AT_LATEST",
            effect="REASON",
            length=15,
            runs_from=D(2026, 5, 1),
            due_on=D(2026, 5, pick(range(1, 29))),
            done_on=self._maybe(D(2026, 5, 20)),
            reason=self._maybe("道路中断"),
        )
        plan = self.add(
            "plan", household=household, monitoring_case=case, state="DECLARED", summary=self._maybe("计划"), version=1
        )
        for number in range(pick([0, 1, 2])):
            theme, item = MEASURES[(household + number) % len(MEASURES)]
            self.add(
                "measure",
                household=household,
                monitoring_case=case,
                plan=self._maybe(plan),
                risk=self._maybe(risk),
                member=self._maybe(pick(members)),
                theme=theme,
                item=item,
                kind="DEVELOPMENT",
                title=pick(['"庭院"\t经济', "小额\\信贷"]),
                department=pick([None, "EDUCATION", "HEALTH", "CIVIL_AFFAIRS"]),
                funding="SECTOR",
                amount=self._maybe(decimal.Decimal("1200.00")),
                state="UNDER_WAY",
                continuation="NONE",
                version=1,
            )
        return case

    def _requests(self, chance: random.Random) -> None:
        """Of some cases a national request, with everything that hangs on one."""
        numbers = {
            province: self.add(
                "national_request",
                number=f"{province}函1号",
                grounds="误标",
                state=state,
                size=2,
                composed_on=D(2026, 7, 1),
                submitted_on=None if state == "DRAFT" else D(2026, 7, 2),
                version=1,
                province=province,
            )
            for province, state in (("50", "SUBMITTED"), ("51", "DRAFT"), ("66", "DECIDED"))
        }
        home = {row["id"]: row for row in self.tables["household"]}
        for case in self.tables["monitoring_case"][:20]:
            number, household = case["id"], case["household"]
            request = chance.choice([None, numbers[home[household]["province"]]])
            state = chance.choice(
                ["PROPOSED", "SENT_BACK"] if request is None else ["REVIEWED", "APPROVED", "REJECTED"]
            )
            item = self.add(
                "request_item",
                household=household,
                monitoring_case=number,
                request=request,
                operation="WITHDRAWAL",
                grounds="不符合条件",
                state=state,
                digest=chance.choice([None, "d" * 64]),
                proposed_on=D(2026, 6, chance.randrange(1, 29)),
                version=1,
            )
            effect = {"object_type": "MonitoringCase", "object_id": number, "field": "state", "before": case["state"]}
            self.add("request_effect", household=household, item=item, after="WITHDRAWN", **effect)
            file = {
                "name": '说明"1".pdf',
                "media_type": "application/pdf",
                "size": 3,
                "sha256": hashlib.sha256(b"pdf").hexdigest(),
                "content": b"pdf",
            }
            who = {
                "account": 1,
                "person": 1,
                "post": 1,
                "recorded_at": datetime.datetime(2026, 7, 3, tzinfo=datetime.UTC),
            }
            self.add("evidence", household=household, item=item, **file, **who)
            if state in ("APPROVED", "REJECTED"):
                self.add(
                    "national_decision",
                    household=household,
                    item=item,
                    request=request,
                    approved=state == "APPROVED",
                    reason="材料属实",
                    digest="d" * 64,
                    decided_on=D(2026, 7, 3),
                    **who,
                )

    async def insert(self, owner: Any) -> None:
        """Insert all rows through the triggers, then read every table back as it is."""
        for table, rows in self.tables.items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join(f"${index + 1}" for index in range(len(row)))
                await owner.execute(f'insert into "{table}" ({names}) values ({marks})', *row.values())
        for table in self.tables:
            await owner.execute(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))"
            )
        for table in [*self.tables, "involvement", *VIEWS]:
            self.tables[table] = [dict(row) for row in await owner.fetch(f'select * from "{table}" order by id')]


VIEWS = ("case_moment", "risk_moment", "measure_moment", "proceeding_moment")
_ORDER = (
    "unit",
    "parameter_setting",
    "rural_average",
    "threshold",
    "person",
    "account",
    "post",
    "appointment",
    "code_list",
    "code_item",
    "household",
    "member",
    "survey",
    "clue",
    "monitoring_case",
    "risk",
    "proceeding",
    "act",
    "assessment",
    "deadline",
    "plan",
    "measure",
    "national_request",
    "request_item",
    "request_effect",
    "evidence",
    "national_decision",
    "transfer",
    "note",
)
_SURVEY_MONEY = (
    "wages",
    "business",
    "transfers",
    "property",
    "business_expense",
    "commercial_claims",
    "third_party_claims",
    "medical_expense",
    "education_expense",
    "disaster_expense",
)
