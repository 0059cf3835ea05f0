"""首个版本 The tables of the first release: a line a column as generated, then what Piccolo has no words for.

Functions, triggers and views are in api/database/sql, created anew when they changed (api.sql_objects).
"""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    Timestamptz,
)

from api.migration import Changes

ID = "0001_first_release"
DESCRIPTION = "First release"

# tables that no entity declares: bookkeeping of imports, of the sealer and of workers
TABLES = """
alter table seal alter column id drop identity; -- a seal has the id of its event
alter table executed_item add column written_in xid8 not null default pg_current_xact_id();

create unlogged table intake_row ( -- rows live in it only inside the transaction of an import
  sheet text collate "C" not null,
  line integer not null,
  failed boolean not null,
  household_number text collate "C",
  head_index bytea,
  person_index bytea,
  household bigint,
  target bigint,
  fresh boolean not null,
  changed boolean not null,
  stored integer not null,
  matched boolean not null,
  elsewhere bigint,
  elsewhere_unit text collate "C",
  relation text collate "C",
  present boolean not null,
  data jsonb not null
);
-- each of the two answers one question: the planner, which takes the table for empty, has no choice
create index intake_row_number on intake_row (household_number)
  where sheet = 'household' and household_number is not null;
create index intake_row_head on intake_row (head_index) where sheet = 'household' and head_index is not null;

create table sealing (
  single boolean primary key default true check (single),
  high bigint not null default 0,
  missing int8multirange not null default '{}',
  settled bigint,
  running text[]
);
comment on table sealing is 'How far sealing has come: the highest id sealed, and the lower ones not seen yet.';
comment on column sealing.settled is 'Ids up to here are gone for good once nothing of running runs any more.';
insert into sealing default values;

create table account_change (seq bigint not null);
insert into account_change values (0);
"""

ONCE = """
create unique index unit_code_in_force on unit (code) where valid_until is null;
create unique index account_oidc on account (oidc_subject) where oidc_subject is not null;
create unique index member_once on member (id_number_index) where left_on is null and id_number_index is not null;
create unique index survey_revision on survey (household, year, revision);
create unique index case_open_once on monitoring_case (household) where state in ('GREEN_CHANNEL', 'IDENTIFIED');
create unique index proceeding_open_once on proceeding (household, kind) where ended_on is null;
create unique index threshold_year on threshold (unit, year);
create unique index code_item_code on code_item (code_list, code);
create unique index involvement_once on involvement (household, department);
create unique index idempotency_key on idempotency (account, key);
create unique index deadline_open_once on deadline (household, kind, coalesce(proceeding, 0),
  coalesce(monitoring_case, 0), coalesce(clue, 0)) where done_on is null;
create unique index item_open_once on request_item (monitoring_case, operation)
  where state in ('PROPOSED', 'SENT_BACK', 'REVIEWED', 'SUBMITTED', 'APPROVED', 'STALE');
create unique index item_case_once on request_item (request, monitoring_case) where request is not null;
create unique index national_filing_once on national_filing (request);
create unique index national_execution_once on national_execution (request);
create unique index executed_item_once on executed_item (item);
create unique index seal_number on seal (number);
create unique index seal_position on seal (province, position);
create unique index policy_version_number on policy_version (layer, number);
create unique index policy_published_once on policy_version (layer) where state = 'PUBLISHED';
alter table policy_row add constraint policy_row_position unique (policy_version, position)
  deferrable initially deferred;
alter table policy_case add constraint policy_case_position unique (policy_version, position)
  deferrable initially deferred;
create unique index appointment_open_once on appointment
  (change, unit, department, duty, coalesce(account, 0), coalesce(person_key, '')) where state = 'PROPOSED';
create unique index password_code_half on password_code (account, half);
create unique index transfer_proceeding on transfer (proceeding);
create unique index transfer_open_once on transfer (household) where decided_on is null;
create unique index rural_average_year on rural_average (unit, year);
create unique index parameter_setting_open_once on parameter_setting (unit, parameter) where decided_on is null;
"""

# what a page reads below a unit, one index a tier. household_cooperating_monitored: without it skip scans read the
# country's entries
PLACES = """
do $$
declare tier text;
begin
  foreach tier in array array['province', 'city', 'county', 'township', 'village'] loop
    execute format('create index household_%1$s on household (%1$s, id)', tier);
    execute format('create index household_cooperating_%1$s on household (cooperating_%1$s, id)'
      ' where cooperating_%1$s is not null', tier);
    execute format('create index household_monitored_%1$s on household (%1$s, monitoring_state, category, id)'
      ' where monitoring_state is not null', tier);
    execute format('create index household_cooperating_monitored_%1$s'
      ' on household (cooperating_%1$s, monitoring_state, category, id)'
      ' where cooperating_%1$s is not null and monitoring_state is not null', tier);
    execute format('create index household_name_%1$s on household (%1$s, head_name, id)', tier);
    execute format('create index case_%1$s on monitoring_case (%1$s, id)', tier);
    execute format('create index case_state_%1$s on monitoring_case (%1$s, state, category, id)', tier);
    execute format('create index case_due_%1$s on monitoring_case (%1$s, coalesce(due_on, ''infinity''::date), id)',
      tier);
    execute format('create index clue_%1$s on clue (%1$s, id)', tier);
    execute format('create index clue_due_%1$s on clue (%1$s, coalesce(due_on, ''infinity''::date), id)', tier);
    execute format('create index deadline_%1$s on deadline (%1$s, id)', tier);
    execute format('create index deadline_due_%1$s on deadline (%1$s, due_on, id) where done_on is null', tier);
    execute format('create index unit_%1$s on unit (%1$s, id)', tier);
    execute format('create index post_%1$s on post (%1$s, id)', tier);
    execute format('create index appointment_%1$s on appointment (%1$s, id)', tier);
    execute format('create index threshold_%1$s on threshold (%1$s, id)', tier);
    execute format('create index rural_average_%1$s on rural_average (%1$s, id)', tier);
    execute format('create index parameter_setting_%1$s on parameter_setting (%1$s, id)', tier);
    execute format('create index request_item_%1$s on request_item (%1$s, id)', tier);
    execute format('create index event_%1$s on event (%1$s, id)', tier);
    execute format('create index involvement_%1$s on involvement (department, %1$s, household)', tier);
  end loop;
end $$;
create index national_request_province on national_request (province, id);
create index policy_version_province on policy_version (province, id);
"""

RELATIONS = """
create index household_unit on household (unit, id);
create index member_household on member (household, id);
create index member_by_id_number on member (id_number_index) where id_number_index is not null;
create index survey_household on survey (household, id);
create index clue_household on clue (household, id);
create index case_household on monitoring_case (household, id);
create index risk_case on risk (monitoring_case, id);
create index proceeding_household on proceeding (household, id);
create index proceeding_case on proceeding (monitoring_case, id);
create index plan_case on plan (monitoring_case, id);
create index measure_case on measure (monitoring_case, id);
create index measure_plan on measure (plan, id);
create index measure_household on measure (household, id);
create index act_household on act (household, id);
create index act_proceeding on act (proceeding, id);
create index act_case on act (monitoring_case, id) where monitoring_case is not null;
create index assessment_proceeding on assessment (proceeding, id);
create index deadline_household on deadline (household, id);
create index deadline_proceeding on deadline (proceeding, id);
create index message_waiting on message (household, id) where delivered_at is null;
create index transfer_household on transfer (household, id);
create index note_household on note (household, id);
create index code_item_list on code_item (code_list, id);
create index unit_parent on unit (parent, id);
create index unit_name on unit (name, id);
create index account_person on account (person, id);
create index post_account on post (account, id);
create index appointment_post on appointment (post, id);
create index threshold_unit on threshold (unit, id);
create index parameter_setting_in_force on parameter_setting (unit, parameter) where since is not null;
create index event_account on event (account, action, at);
create index event_object on event (object_type, object_id, id);
create index policy_ack_seen on policy_ack (seen_at);
create index request_item_household on request_item (household, id);
create index request_item_case on request_item (monitoring_case, id);
create index request_item_request on request_item (request, id);
create index request_item_state on request_item (state, id);
create index request_effect_item on request_effect (item, id);
create index evidence_item on evidence (item, id);
create index national_request_state on national_request (state, submitted_on, id);
create index national_request_supersedes on national_request (supersedes) where supersedes is not null;
create index national_decision_item on national_decision (item, id);
create index national_decision_request on national_decision (request, id);
create index national_decision_household on national_decision (household, id);
create index executed_item_execution on executed_item (execution, id);
create index executed_item_household on executed_item (household, id);
create index executed_item_case on executed_item (monitoring_case, id);
"""

# numbers, not references, in the entities: the API doesn't follow them, the database still holds them
KEYS = """
alter table national_filing add foreign key (request) references national_request on delete restrict;
alter table national_execution add foreign key (request) references national_request on delete restrict;
alter table executed_item
  add foreign key (execution) references national_execution on delete restrict,
  add foreign key (item) references request_item on delete restrict,
  add foreign key (decision) references national_decision on delete restrict,
  add foreign key (household) references household on delete restrict,
  add foreign key (monitoring_case) references monitoring_case on delete restrict;
"""

# the closed vocabularies are no part of this: api.constraints keeps their CHECKs
CHECKS = r"""
alter table request_item add constraint item_names_its_target check (
  (operation = 'ROLLBACK') = (target_act is not null) and (operation = 'SAFETY_NET_CHANGE') = (target_mark is not null));
alter table national_request add constraint request_of_a_province check (
  province is not null and city is null and county is null and township is null and village is null);
alter table evidence add constraint evidence_is_its_hash check (
  sha256 = encode(sha256(content), 'hex') and size = length(content));
alter table policy_version
  add constraint policy_layer_place check (province is not distinct from nullif(layer, '0')
    and city is null and county is null and township is null and village is null),
  add constraint policy_approver_edited check (approver is null or approver <> all(editors)),
  add constraint policy_publisher_edited check (publisher is null or publisher <> all(editors));
alter table policy_row
  add constraint policy_row_form check (case type
    when 'P' then "group" is null and num_nulls(action, kind, reach, state, unit, effect, basis) = 0
    when 'G' then "group" is not null and num_nonnulls(action, kind, reach, state, unit, effect, basis) = 0 end),
  add constraint policy_row_cells check (
    concat(role, "group", action, kind, reach, state, unit, effect, basis) ~ '^[A-Za-z0-9_.:|*-]+$'),
  add constraint policy_row_note check (note is null or note !~ '[\r]');
alter table policy_case add constraint policy_case_cells check (
  concat(file, name, role, home, place, cooperating, sectors, state, "grant", action, kind, "then", basis)
    !~ '[,\n\r]');
alter table password_code add constraint password_code_halves check (half in ('FIRST', 'SECOND'));
alter table appointment
  add constraint appointment_different_persons check (
    state = 'WITHDRAWN' or decided_person is null or decided_person <> proposed_person),
  add constraint appointment_decided check ((state = 'PROPOSED') = (decided_at is null));
alter table parameter_setting add constraint parameter_setting_different_persons check (decider <> proposer);
"""


async def forwards() -> Changes:
    """Make the tables, then their indexes, keys and checks."""
    changes = Changes(ID, DESCRIPTION)
    account = changes.new_table("Account", "account")
    act = changes.new_table("Act", "act")
    appointment = changes.new_table("Appointment", "appointment")
    assessment = changes.new_table("Assessment", "assessment")
    clue = changes.new_table("Clue", "clue")
    code_item = changes.new_table("CodeItem", "code_item")
    code_list = changes.new_table("CodeList", "code_list")
    deadline = changes.new_table("Deadline", "deadline")
    event = changes.new_table("Event", "event")
    evidence = changes.new_table("Evidence", "evidence")
    executed_item = changes.new_table("ExecutedItem", "executed_item")
    household = changes.new_table("Household", "household")
    idempotency = changes.new_table("IdempotencyKey", "idempotency")
    involvement = changes.new_table("Involvement", "involvement")
    measure = changes.new_table("Measure", "measure")
    member = changes.new_table("Member", "member")
    message = changes.new_table("Message", "message")
    monitoring_case = changes.new_table("MonitoringCase", "monitoring_case")
    national_decision = changes.new_table("NationalDecision", "national_decision")
    national_execution = changes.new_table("NationalExecution", "national_execution")
    national_filing = changes.new_table("NationalFiling", "national_filing")
    national_request = changes.new_table("NationalRequest", "national_request")
    note = changes.new_table("Note", "note")
    parameter_setting = changes.new_table("ParameterSetting", "parameter_setting")
    password_code = changes.new_table("PasswordCode", "password_code")
    person = changes.new_table("Person", "person")
    plan = changes.new_table("Plan", "plan")
    policy_ack = changes.new_table("PolicyAck", "policy_ack")
    policy_case = changes.new_table("PolicyCase", "policy_case")
    policy_head = changes.new_table("PolicyHead", "policy_head")
    policy_row = changes.new_table("PolicyRow", "policy_row")
    policy_version = changes.new_table("PolicyVersion", "policy_version")
    policy_whole = changes.new_table("PolicyWhole", "policy_whole")
    post = changes.new_table("Post", "post")
    proceeding = changes.new_table("Proceeding", "proceeding")
    request_effect = changes.new_table("RequestEffect", "request_effect")
    request_item = changes.new_table("RequestItem", "request_item")
    risk = changes.new_table("Risk", "risk")
    rural_average = changes.new_table("RuralAverage", "rural_average")
    seal = changes.new_table("Seal", "seal")
    survey = changes.new_table("Survey", "survey")
    threshold = changes.new_table("Threshold", "threshold")
    transfer = changes.new_table("Transfer", "transfer")
    unit = changes.new_table("Unit", "unit")
    account.add("id", BigSerial, primary_key=True)
    account.add("person", ForeignKey, references=person)
    account.add("name", Text, unique=True)
    account.add("state", Text)
    account.add("password_hash", Text, null=True)
    account.add("oidc_subject", Text, null=True)
    account.add("tokens_from", Timestamptz, null=True)
    act.add("id", BigSerial, primary_key=True)
    act.add("household", ForeignKey, references=household)
    act.add("proceeding", ForeignKey, references=proceeding, null=True)
    act.add("monitoring_case", ForeignKey, references=monitoring_case, null=True)
    act.add("step", Text)
    act.add("taken_on", Date)
    act.add("recorded_at", Timestamptz)
    act.add("role", Text)
    act.add("reason", Text, null=True)
    act.add("overridden", Array, base_column=Text(default=""), null=True)
    act.add("account", BigInt)
    act.add("person", BigInt)
    act.add("post", BigInt)
    act.add("arguments", JSONB)
    act.add("after", JSONB, null=True)
    appointment.add("province", Text, null=True)
    appointment.add("city", Text, null=True)
    appointment.add("county", Text, null=True)
    appointment.add("township", Text, null=True)
    appointment.add("village", Text, null=True)
    appointment.add("id", BigSerial, primary_key=True)
    appointment.add("change", Text)
    appointment.add("state", Text)
    appointment.add("unit", ForeignKey, references=unit)
    appointment.add("tier", Text)
    appointment.add("department", Text)
    appointment.add("duty", Text)
    appointment.add("since", Date, null=True)
    appointment.add("until", Date, null=True)
    appointment.add("post", ForeignKey, references=post, null=True)
    appointment.add("account", ForeignKey, references=account, null=True)
    appointment.add("person_name", Text, null=True)
    appointment.add("account_name", Text, null=True)
    appointment.add("person_key", Bytea, null=True)
    appointment.add("oidc_subject", Text, null=True)
    appointment.add("delegated", Boolean, null=True)
    appointment.add("document", Text, null=True)
    appointment.add("reason", Text)
    appointment.add("proposer", ForeignKey, references=post)
    appointment.add("proposed_at", Timestamptz)
    appointment.add("decider", ForeignKey, references=post, null=True)
    appointment.add("decided_at", Timestamptz, null=True)
    appointment.add("answer", Text, null=True)
    appointment.add("version", Integer)
    appointment.add("proposed_person", BigInt)
    appointment.add("proposed_account", BigInt)
    appointment.add("decided_person", BigInt, null=True)
    appointment.add("decided_account", BigInt, null=True)
    appointment.add("carried", Boolean, default=False)
    assessment.add("id", BigSerial, primary_key=True)
    assessment.add("household", ForeignKey, references=household)
    assessment.add("proceeding", ForeignKey, references=proceeding)
    assessment.add("survey", ForeignKey, references=survey)
    assessment.add("threshold", ForeignKey, references=threshold, null=True)
    assessment.add("threshold_amount", Numeric, digits=(14, 2), null=True)
    assessment.add("threshold_year", Integer, null=True)
    assessment.add("per_capita", Numeric, digits=(14, 2))
    assessment.add("after_expense", Numeric, digits=(14, 2), null=True)
    assessment.add("rural_average", Numeric, digits=(14, 2), null=True)
    assessment.add("rural_average_year", Integer, null=True)
    assessment.add("in_range", Boolean)
    assessment.add("gap", Boolean)
    assessment.add("hardship", Boolean)
    assessment.add("copes_alone", Boolean)
    assessment.add("income_stable", Boolean)
    assessment.add("at_risk", Boolean)
    assessment.add("high_income", Boolean)
    assessment.add("judgement", Text)
    assessment.add("outcome", Text)
    assessment.add("category", Text, null=True)
    assessment.add("grounds", Array, base_column=Text(default=""), null=True)
    assessment.add("assessed_on", Date)
    assessment.add("person", BigInt)
    clue.add("province", Text, null=True)
    clue.add("city", Text, null=True)
    clue.add("county", Text, null=True)
    clue.add("township", Text, null=True)
    clue.add("village", Text, null=True)
    clue.add("id", BigSerial, primary_key=True)
    clue.add("household", ForeignKey, references=household)
    clue.add("source", Text)
    clue.add("department", Text, null=True)
    clue.add("found_on", Date)
    clue.add("state", Text)
    clue.add("outcome", Text, null=True)
    clue.add("closed_on", Date, null=True)
    clue.add("due_on", Date, null=True)
    clue.add("version", Integer)
    code_item.add("id", BigSerial, primary_key=True)
    code_item.add("code_list", ForeignKey, references=code_list)
    code_item.add("code", Text)
    code_item.add("zh", Text)
    code_item.add("en", Text)
    code_item.add("external_code", Text, null=True)
    code_item.add("position", Integer)
    code_item.add("in_use", Boolean)
    code_item.add("valid_until", Date, null=True)
    code_list.add("id", BigSerial, primary_key=True)
    code_list.add("name", Text, unique=True)
    code_list.add("zh", Text)
    code_list.add("en", Text)
    code_list.add("source", Text, null=True)
    deadline.add("province", Text, null=True)
    deadline.add("city", Text, null=True)
    deadline.add("county", Text, null=True)
    deadline.add("township", Text, null=True)
    deadline.add("village", Text, null=True)
    deadline.add("id", BigSerial, primary_key=True)
    deadline.add("household", ForeignKey, references=household)
    deadline.add("clue", ForeignKey, references=clue, null=True)
    deadline.add("proceeding", ForeignKey, references=proceeding, null=True)
    deadline.add("monitoring_case", ForeignKey, references=monitoring_case, null=True)
    deadline.add("kind", Text)
    deadline.add("nature", Text)
    deadline.add("effect", Text)
    deadline.add("length", Integer)
    deadline.add("dimension", Text, null=True)
    deadline.add("runs_from", Date)
    deadline.add("due_on", Date)
    deadline.add("done_on", Date, null=True)
    deadline.add("reason", Text, null=True)
    event.add("province", Text, null=True)
    event.add("city", Text, null=True)
    event.add("county", Text, null=True)
    event.add("township", Text, null=True)
    event.add("village", Text, null=True)
    event.add("id", BigSerial, primary_key=True)
    event.add("action", Text)
    event.add("object_type", Text)
    event.add("object_id", BigInt, null=True)
    event.add("account", BigInt, null=True)
    event.add("person", BigInt, null=True)
    event.add("post", BigInt, null=True)
    event.add("role", Text)
    event.add("policy_version", Text)
    event.add("facts", JSONB)
    event.add("at", Timestamptz)
    event.add("digest", Bytea)
    event.add("trace", Text, null=True)
    evidence.add("id", BigSerial, primary_key=True)
    evidence.add("household", ForeignKey, references=household)
    evidence.add("item", ForeignKey, references=request_item)
    evidence.add("name", Text)
    evidence.add("media_type", Text)
    evidence.add("size", Integer)
    evidence.add("sha256", Text)
    evidence.add("recorded_at", Timestamptz)
    evidence.add("content", Bytea)
    evidence.add("account", BigInt)
    evidence.add("person", BigInt)
    evidence.add("post", BigInt)
    executed_item.add("id", BigSerial, primary_key=True)
    executed_item.add("execution", BigInt)
    executed_item.add("item", BigInt)
    executed_item.add("decision", BigInt)
    executed_item.add("household", BigInt)
    executed_item.add("monitoring_case", BigInt)
    executed_item.add("digest", Text)
    executed_item.add("before", JSONB)
    executed_item.add("after", JSONB)
    household.add("province", Text, null=True)
    household.add("city", Text, null=True)
    household.add("county", Text, null=True)
    household.add("township", Text, null=True)
    household.add("village", Text, null=True)
    household.add("id", BigSerial, primary_key=True)
    household.add("number", Text, null=True, unique=True)
    household.add("kind_of_household", Text)
    household.add("head_name", Text)
    household.add("people", Integer)
    household.add("unit", ForeignKey, references=unit)
    household.add("hukou_unit", ForeignKey, references=unit, null=True)
    household.add("residence_unit", ForeignKey, references=unit, null=True)
    household.add("move_in_unit", ForeignKey, references=unit, null=True)
    household.add("move_out_unit", ForeignKey, references=unit, null=True)
    household.add("jurisdiction", Text)
    household.add("jurisdiction_reason", Text, null=True)
    household.add("monitoring_state", Text, null=True)
    household.add("category", Text, null=True)
    household.add("safety_net", Boolean)
    household.add("relocated", Boolean)
    household.add("address", Text, null=True)
    household.add("bank_name", Text, null=True)
    household.add("housing_grade", Text, null=True)
    household.add("housing_area", Numeric, digits=(10, 2), null=True)
    household.add("safe_water", Boolean, null=True)
    household.add("sanitary_toilet", Boolean, null=True)
    household.add("electricity", Boolean, null=True)
    household.add("broadcast", Boolean, null=True)
    household.add("fuel", Text, null=True)
    household.add("road", Text, null=True)
    household.add("road_distance", Numeric, digits=(10, 2), null=True)
    household.add("farmland", Numeric, digits=(10, 2), null=True)
    household.add("woodland", Numeric, digits=(10, 2), null=True)
    household.add("orchard", Numeric, digits=(10, 2), null=True)
    household.add("pasture", Numeric, digits=(10, 2), null=True)
    household.add("pond", Numeric, digits=(10, 2), null=True)
    household.add("cooperative", Boolean, null=True)
    household.add("martyr_family", Boolean, null=True)
    household.add("registered_on", Date)
    household.add("version", Integer)
    household.add("updated_at", Timestamptz)
    household.add("cooperating_province", Text, null=True)
    household.add("cooperating_city", Text, null=True)
    household.add("cooperating_county", Text, null=True)
    household.add("cooperating_township", Text, null=True)
    household.add("cooperating_village", Text, null=True)
    household.add("phone_sealed", Bytea, null=True)
    household.add("phone_index", Bytea, null=True)
    household.add("phone_masked", Text, null=True)
    household.add("bank_account_sealed", Bytea, null=True)
    household.add("bank_account_index", Bytea, null=True)
    household.add("bank_account_masked", Text, null=True)
    idempotency.add("id", BigSerial, primary_key=True)
    idempotency.add("account", BigInt)
    idempotency.add("key", Text)
    idempotency.add("digest", Bytea)
    idempotency.add("reply", JSONB, null=True)
    idempotency.add("at", Timestamptz)
    involvement.add("province", Text, null=True)
    involvement.add("city", Text, null=True)
    involvement.add("county", Text, null=True)
    involvement.add("township", Text, null=True)
    involvement.add("village", Text, null=True)
    involvement.add("id", BigSerial, primary_key=True)
    involvement.add("household", BigInt)
    involvement.add("department", Text)
    measure.add("id", BigSerial, primary_key=True)
    measure.add("household", ForeignKey, references=household)
    measure.add("monitoring_case", ForeignKey, references=monitoring_case, null=True)
    measure.add("plan", ForeignKey, references=plan, null=True)
    measure.add("risk", ForeignKey, references=risk, null=True)
    measure.add("member", ForeignKey, references=member, null=True)
    measure.add("theme", Text)
    measure.add("item", Text, null=True)
    measure.add("kind", Text)
    measure.add("title", Text)
    measure.add("department", Text, null=True)
    measure.add("funding", Text, null=True)
    measure.add("funding_use", Text, null=True)
    measure.add("amount", Numeric, digits=(14, 2), null=True)
    measure.add("state", Text)
    measure.add("declared_on", Date, null=True)
    measure.add("started_on", Date, null=True)
    measure.add("ends_on", Date, null=True)
    measure.add("continuation", Text)
    measure.add("completed_on", Date, null=True)
    measure.add("stopped_reason", Text, null=True)
    measure.add("version", Integer)
    member.add("id", BigSerial, primary_key=True)
    member.add("household", ForeignKey, references=household)
    member.add("number", Text, null=True)
    member.add("name", Text)
    member.add("relation", Text)
    member.add("sex", Text)
    member.add("birth_date", Date, null=True)
    member.add("id_kind", Text, null=True)
    member.add("id_absent_reason", Text, null=True)
    member.add("ethnicity", Text, null=True)
    member.add("political_status", Text, null=True)
    member.add("education", Text, null=True)
    member.add("student", Text, null=True)
    member.add("dropout_reason", Text, null=True)
    member.add("health", Array, base_column=Text(default=""), null=True)
    member.add("disability_kind", Text, null=True)
    member.add("disability_grade", Integer, null=True)
    member.add("labour", Text, null=True)
    member.add("skill", Text, null=True)
    member.add("mandarin", Boolean, null=True)
    member.add("work_place", Text, null=True)
    member.add("work_months", Integer, null=True)
    member.add("work_employer", Text, null=True)
    member.add("work_channel", Text, null=True)
    member.add("welfare_post", Text, null=True)
    member.add("resident_medical", Boolean, null=True)
    member.add("employee_medical", Boolean, null=True)
    member.add("serious_illness_insurance", Boolean, null=True)
    member.add("medical_assistance", Boolean, null=True)
    member.add("resident_pension", Boolean, null=True)
    member.add("employee_pension", Boolean, null=True)
    member.add("allowance", Text, null=True)
    member.add("extreme_poverty", Text, null=True)
    member.add("hukou", Text, null=True)
    member.add("relocated", Boolean, null=True)
    member.add("joined_on", Date, null=True)
    member.add("joined_reason", Text, null=True)
    member.add("left_on", Date, null=True)
    member.add("left_reason", Text, null=True)
    member.add("id_number_sealed", Bytea, null=True)
    member.add("id_number_index", Bytea, null=True)
    member.add("id_number_masked", Text, null=True)
    member.add("phone_sealed", Bytea, null=True)
    member.add("phone_index", Bytea, null=True)
    member.add("phone_masked", Text, null=True)
    message.add("id", BigSerial, primary_key=True)
    message.add("household", BigInt)
    message.add("topic", Text)
    message.add("recipient", Text)
    message.add("content", JSONB)
    message.add("at", Timestamptz)
    message.add("delivered_at", Timestamptz, null=True)
    message.add("tried_at", Timestamptz, null=True)
    message.add("attempts", Integer, default=0)
    monitoring_case.add("province", Text, null=True)
    monitoring_case.add("city", Text, null=True)
    monitoring_case.add("county", Text, null=True)
    monitoring_case.add("township", Text, null=True)
    monitoring_case.add("village", Text, null=True)
    monitoring_case.add("id", BigSerial, primary_key=True)
    monitoring_case.add("household", ForeignKey, references=household)
    monitoring_case.add("previous", ForeignKey, references="self", null=True)
    monitoring_case.add("category", Text, null=True)
    monitoring_case.add("state", Text)
    monitoring_case.add("entered_on", Date, null=True)
    monitoring_case.add("identified_on", Date, null=True)
    monitoring_case.add("registered_on", Date, null=True)
    monitoring_case.add("eliminated_on", Date, null=True)
    monitoring_case.add("ended_on", Date, null=True)
    monitoring_case.add("threshold", ForeignKey, references=threshold, null=True)
    monitoring_case.add("threshold_amount", Numeric, digits=(14, 2), null=True)
    monitoring_case.add("safety_net", Boolean)
    monitoring_case.add("due_on", Date, null=True)
    monitoring_case.add("version", Integer)
    national_decision.add("id", BigSerial, primary_key=True)
    national_decision.add("household", ForeignKey, references=household)
    national_decision.add("item", ForeignKey, references=request_item)
    national_decision.add("request", ForeignKey, references=national_request)
    national_decision.add("approved", Boolean)
    national_decision.add("reason", Text)
    national_decision.add("digest", Text)
    national_decision.add("decided_on", Date)
    national_decision.add("recorded_at", Timestamptz)
    national_decision.add("account", BigInt)
    national_decision.add("person", BigInt)
    national_decision.add("post", BigInt)
    national_execution.add("id", BigSerial, primary_key=True)
    national_execution.add("request", BigInt)
    national_execution.add("items", Integer)
    national_execution.add("executed_on", Date)
    national_execution.add("recorded_at", Timestamptz)
    national_execution.add("account", BigInt)
    national_execution.add("person", BigInt)
    national_execution.add("post", BigInt)
    national_filing.add("id", BigSerial, primary_key=True)
    national_filing.add("request", BigInt)
    national_filing.add("number", Text)
    national_filing.add("filed_on", Date)
    national_filing.add("recorded_at", Timestamptz)
    national_filing.add("account", BigInt)
    national_filing.add("person", BigInt)
    national_filing.add("post", BigInt)
    national_request.add("province", Text, null=True)
    national_request.add("city", Text, null=True)
    national_request.add("county", Text, null=True)
    national_request.add("township", Text, null=True)
    national_request.add("village", Text, null=True)
    national_request.add("id", BigSerial, primary_key=True)
    national_request.add("number", Text, null=True)
    national_request.add("dated", Date, null=True)
    national_request.add("grounds", Text, null=True)
    national_request.add("state", Text)
    national_request.add("reason", Text, null=True)
    national_request.add("supersedes", ForeignKey, references="self", null=True)
    national_request.add("size", Integer)
    national_request.add("composed_on", Date)
    national_request.add("submitted_on", Date, null=True)
    national_request.add("decided_on", Date, null=True)
    national_request.add("filing_number", Text, null=True)
    national_request.add("filed_on", Date, null=True)
    national_request.add("executed_on", Date, null=True)
    national_request.add("version", Integer)
    national_request.add("submitter_account", BigInt, null=True)
    national_request.add("submitter_person", BigInt, null=True)
    national_request.add("submitter_post", BigInt, null=True)
    note.add("id", BigSerial, primary_key=True)
    note.add("household", ForeignKey, references=household)
    note.add("unit", ForeignKey, references=unit)
    note.add("noted_on", Date)
    note.add("content", Text)
    parameter_setting.add("province", Text, null=True)
    parameter_setting.add("city", Text, null=True)
    parameter_setting.add("county", Text, null=True)
    parameter_setting.add("township", Text, null=True)
    parameter_setting.add("village", Text, null=True)
    parameter_setting.add("id", BigSerial, primary_key=True)
    parameter_setting.add("unit", ForeignKey, references=unit)
    parameter_setting.add("parameter", Text)
    parameter_setting.add("value", Text)
    parameter_setting.add("dimension", Text)
    parameter_setting.add("basis", Text)
    parameter_setting.add("proposed_on", Date)
    parameter_setting.add("decided_on", Date, null=True)
    parameter_setting.add("since", Date, null=True)
    parameter_setting.add("reason", Text, null=True)
    parameter_setting.add("proposer", BigInt)
    parameter_setting.add("decider", BigInt, null=True)
    parameter_setting.add("version", Integer)
    password_code.add("id", BigSerial, primary_key=True)
    password_code.add("account", BigInt)
    password_code.add("half", Text)
    password_code.add("digest", Bytea)
    password_code.add("person", BigInt)
    password_code.add("expires_at", Timestamptz)
    person.add("id", BigSerial, primary_key=True)
    person.add("name", Text)
    person.add("person_key", Bytea, null=True, unique=True)
    plan.add("id", BigSerial, primary_key=True)
    plan.add("household", ForeignKey, references=household)
    plan.add("monitoring_case", ForeignKey, references=monitoring_case, null=True)
    plan.add("state", Text)
    plan.add("summary", Text, null=True)
    plan.add("drafted_on", Date, null=True)
    plan.add("declared_on", Date, null=True)
    plan.add("version", Integer)
    policy_ack.add("id", BigSerial, primary_key=True)
    policy_ack.add("worker", Text, unique=True)
    policy_ack.add("seq", BigInt)
    policy_ack.add("refused", BigInt, null=True)
    policy_ack.add("error", Text, null=True)
    policy_ack.add("at", Timestamptz)
    policy_ack.add("seen_at", Timestamptz)
    policy_case.add("id", BigSerial, primary_key=True)
    policy_case.add("policy_version", ForeignKey, references=policy_version)
    policy_case.add("position", Integer)
    policy_case.add("file", Text)
    policy_case.add("name", Text)
    policy_case.add("role", Text)
    policy_case.add("home", Text)
    policy_case.add("place", Text)
    policy_case.add("cooperating", Text)
    policy_case.add("sectors", Text)
    policy_case.add("state", Text)
    policy_case.add("grant", Text)
    policy_case.add("action", Text)
    policy_case.add("kind", Text)
    policy_case.add("then", Text)
    policy_case.add("basis", Text)
    policy_case.add("note", Text, null=True)
    policy_head.add("id", BigSerial, primary_key=True)
    policy_head.add("layer", Text, unique=True)
    policy_head.add("policy_version", ForeignKey, references=policy_version)
    policy_head.add("seq", BigInt)
    policy_head.add("at", Timestamptz)
    policy_row.add("id", BigSerial, primary_key=True)
    policy_row.add("policy_version", ForeignKey, references=policy_version)
    policy_row.add("position", Integer)
    policy_row.add("type", Text)
    policy_row.add("role", Text)
    policy_row.add("group", Text, null=True)
    policy_row.add("action", Text, null=True)
    policy_row.add("kind", Text, null=True)
    policy_row.add("reach", Text, null=True)
    policy_row.add("state", Text, null=True)
    policy_row.add("unit", Text, null=True)
    policy_row.add("effect", Text, null=True)
    policy_row.add("basis", Text, null=True)
    policy_row.add("note", Text, null=True)
    policy_version.add("province", Text, null=True)
    policy_version.add("city", Text, null=True)
    policy_version.add("county", Text, null=True)
    policy_version.add("township", Text, null=True)
    policy_version.add("village", Text, null=True)
    policy_version.add("id", BigSerial, primary_key=True)
    policy_version.add("layer", Text)
    policy_version.add("number", Integer)
    policy_version.add("parent", ForeignKey, references="self", null=True)
    policy_version.add("reverts", ForeignKey, references="self", null=True)
    policy_version.add("state", Text)
    policy_version.add("digest", Text, null=True)
    policy_version.add("difference", Text, null=True)
    policy_version.add("released", Boolean)
    policy_version.add("note", Text, null=True)
    policy_version.add("reason", Text, null=True)
    policy_version.add("drafted_at", Timestamptz)
    policy_version.add("submitted_at", Timestamptz, null=True)
    policy_version.add("approved_at", Timestamptz, null=True)
    policy_version.add("in_force_from", Timestamptz, null=True)
    policy_version.add("in_force_until", Timestamptz, null=True)
    policy_version.add("version", Integer)
    policy_version.add("editors", Array, base_column=BigInt(default=0))
    policy_version.add("approver", BigInt, null=True)
    policy_version.add("publisher", BigInt, null=True)
    policy_whole.add("id", BigSerial, primary_key=True)
    policy_whole.add("digest", Text, unique=True)
    policy_whole.add("model", Text)
    policy_whole.add("content", Text)
    policy_whole.add("at", Timestamptz)
    post.add("province", Text, null=True)
    post.add("city", Text, null=True)
    post.add("county", Text, null=True)
    post.add("township", Text, null=True)
    post.add("village", Text, null=True)
    post.add("id", BigSerial, primary_key=True)
    post.add("account", ForeignKey, references=account)
    post.add("unit", ForeignKey, references=unit)
    post.add("tier", Text)
    post.add("department", Text)
    post.add("duty", Text)
    post.add("since", Date)
    post.add("until", Date, null=True)
    proceeding.add("id", BigSerial, primary_key=True)
    proceeding.add("household", ForeignKey, references=household)
    proceeding.add("monitoring_case", ForeignKey, references=monitoring_case, null=True)
    proceeding.add("clue", ForeignKey, references=clue, null=True)
    proceeding.add("kind", Text)
    proceeding.add("state", Text)
    proceeding.add("opened_on", Date)
    proceeding.add("verified_on", Date, null=True)
    proceeding.add("authorized_on", Date, null=True)
    proceeding.add("reviewed_on", Date, null=True)
    proceeding.add("review_form", Text, null=True)
    proceeding.add("publicized_on", Date, null=True)
    proceeding.add("submitted_on", Date, null=True)
    proceeding.add("county_reviewed_on", Date, null=True)
    proceeding.add("approved_on", Date, null=True)
    proceeding.add("announced_on", Date, null=True)
    proceeding.add("ended_on", Date, null=True)
    proceeding.add("end_reason", Text, null=True)
    proceeding.add("due_on", Date, null=True)
    proceeding.add("version", Integer)
    request_effect.add("id", BigSerial, primary_key=True)
    request_effect.add("household", ForeignKey, references=household)
    request_effect.add("item", ForeignKey, references=request_item)
    request_effect.add("object_type", Text)
    request_effect.add("object_id", BigInt)
    request_effect.add("field", Text)
    request_effect.add("before", Text, null=True)
    request_effect.add("after", Text, null=True)
    request_item.add("province", Text, null=True)
    request_item.add("city", Text, null=True)
    request_item.add("county", Text, null=True)
    request_item.add("township", Text, null=True)
    request_item.add("village", Text, null=True)
    request_item.add("id", BigSerial, primary_key=True)
    request_item.add("household", ForeignKey, references=household)
    request_item.add("monitoring_case", ForeignKey, references=monitoring_case)
    request_item.add("request", ForeignKey, references=national_request, null=True)
    request_item.add("operation", Text)
    request_item.add("target_act", ForeignKey, references=act, null=True)
    request_item.add("target_mark", Boolean, null=True)
    request_item.add("grounds", Text)
    request_item.add("state", Text)
    request_item.add("digest", Text, null=True)
    request_item.add("return_reason", Text, null=True)
    request_item.add("decision_reason", Text, null=True)
    request_item.add("proposed_on", Date)
    request_item.add("reviewed_on", Date, null=True)
    request_item.add("decided_on", Date, null=True)
    request_item.add("executed_on", Date, null=True)
    request_item.add("version", Integer)
    request_item.add("proposer_account", BigInt, null=True)
    request_item.add("proposer_person", BigInt, null=True)
    request_item.add("proposer_post", BigInt, null=True)
    request_item.add("reviewer_account", BigInt, null=True)
    request_item.add("reviewer_person", BigInt, null=True)
    request_item.add("reviewer_post", BigInt, null=True)
    request_item.add("decider_person", BigInt, null=True)
    request_item.add("executor_person", BigInt, null=True)
    risk.add("id", BigSerial, primary_key=True)
    risk.add("household", ForeignKey, references=household)
    risk.add("monitoring_case", ForeignKey, references=monitoring_case)
    risk.add("kind", Text)
    risk.add("disaster", Text, null=True)
    risk.add("state", Text)
    risk.add("found_on", Date)
    risk.add("eliminated_on", Date, null=True)
    rural_average.add("province", Text, null=True)
    rural_average.add("city", Text, null=True)
    rural_average.add("county", Text, null=True)
    rural_average.add("township", Text, null=True)
    rural_average.add("village", Text, null=True)
    rural_average.add("id", BigSerial, primary_key=True)
    rural_average.add("unit", ForeignKey, references=unit)
    rural_average.add("year", Integer)
    rural_average.add("amount", Numeric, digits=(14, 2))
    rural_average.add("source", Text)
    rural_average.add("set_on", Date)
    seal.add("id", BigSerial, primary_key=True)
    seal.add("province", Text)
    seal.add("position", BigInt)
    seal.add("number", BigInt)
    seal.add("previous", Bytea)
    seal.add("hash", Bytea)
    seal.add("sealed_at", Timestamptz)
    survey.add("id", BigSerial, primary_key=True)
    survey.add("household", ForeignKey, references=household)
    survey.add("year", Integer)
    survey.add("revision", Integer)
    survey.add("surveyed_on", Date)
    survey.add("counted", Integer)
    survey.add("wages", Numeric, digits=(14, 2))
    survey.add("business", Numeric, digits=(14, 2))
    survey.add("transfers", Numeric, digits=(14, 2))
    survey.add("property", Numeric, digits=(14, 2))
    survey.add("business_expense", Numeric, digits=(14, 2))
    survey.add("commercial_claims", Numeric, digits=(14, 2))
    survey.add("third_party_claims", Numeric, digits=(14, 2))
    survey.add("medical_expense", Numeric, digits=(14, 2))
    survey.add("education_expense", Numeric, digits=(14, 2))
    survey.add("disaster_expense", Numeric, digits=(14, 2))
    survey.add("education_gap", Boolean)
    survey.add("medical_gap", Boolean)
    survey.add("housing_gap", Boolean)
    survey.add("water_gap", Boolean)
    threshold.add("province", Text, null=True)
    threshold.add("city", Text, null=True)
    threshold.add("county", Text, null=True)
    threshold.add("township", Text, null=True)
    threshold.add("village", Text, null=True)
    threshold.add("id", BigSerial, primary_key=True)
    threshold.add("unit", ForeignKey, references=unit)
    threshold.add("year", Integer)
    threshold.add("amount", Numeric, digits=(14, 2))
    threshold.add("basis", Text, null=True)
    threshold.add("state", Text)
    threshold.add("set_on", Date)
    threshold.add("filed_on", Date, null=True)
    threshold.add("acknowledged_on", Date, null=True)
    threshold.add("version", Integer)
    transfer.add("id", BigSerial, primary_key=True)
    transfer.add("household", ForeignKey, references=household)
    transfer.add("proceeding", ForeignKey, references=proceeding)
    transfer.add("releasing_unit", ForeignKey, references=unit)
    transfer.add("receiving_unit", ForeignKey, references=unit)
    transfer.add("basis", Text)
    transfer.add("why", Text)
    transfer.add("proposed_on", Date)
    transfer.add("decided_on", Date, null=True)
    transfer.add("accepted", Boolean, null=True)
    transfer.add("cooperated_before", Text, null=True)
    unit.add("province", Text, null=True)
    unit.add("city", Text, null=True)
    unit.add("county", Text, null=True)
    unit.add("township", Text, null=True)
    unit.add("village", Text, null=True)
    unit.add("id", BigSerial, primary_key=True)
    unit.add("code", Text)
    unit.add("name", Text)
    unit.add("tier", Text)
    unit.add("parent", ForeignKey, references="self", null=True)
    unit.add("western", Boolean)
    unit.add("development_zone", Boolean)
    unit.add("unverified", Boolean)
    unit.add("statistical_code", Text, null=True)
    unit.add("valid_from", Date)
    unit.add("valid_until", Date, null=True)
    unit.add("successor", ForeignKey, references="self", null=True)
    for statements in (TABLES, ONCE, PLACES, RELATIONS, KEYS, CHECKS):
        changes.sql(statements)
    return changes
