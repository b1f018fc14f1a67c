"""OneRoster bundles and Ed-Fi interchanges become tables of what a contract names in them."""

from __future__ import annotations

import codecs
import csv
import io
import json
import time
from typing import Any

import pytest

from pipeline.contracts.datasets import Dataset
from pipeline.errors import DeliveryError, Place
from pipeline.intake.formats.laying_out import laid_out
from pipeline.intake.parts import Task
from pipeline.intake.reference import Reference
from tests.packed_files import zipped

PLACE = Place(dataset="members", file="-")
LABEL = {"en": "x", "fr": "x"}
ROSTER = {
    "kind": "oneroster",
    "versions": {
        "1.1": {
            "file": "users",
            "fields": {"person": "sourcedId", "role": "role", "changed": "dateLastModified"},
        },
        "1.2": {
            "file": "roles",
            "fields": {
                "person": "userSourcedId",
                "role": "role",
                "changed": ["dateLastModified", "dataLastModified"],
            },
        },
    },
}
PATHS = {"person": "StudentReference/StudentUniqueId", "role": "Sex", "changed": "Birth/Date"}
XML = {"kind": "edfi", "syntax": "xml", "resource": "Student", "fields": PATHS}
JSON = {**XML, "syntax": "json"}


def dataset(form: dict[str, Any]) -> Dataset:
    kinds = {"person": {"type": "text"}, "changed": {"type": "text"}}
    kinds["role"] = {"type": "code", "codelist": "role"}
    column = {"label": LABEL, "role": "attribute", "privacy": {"rule": "drop"}, "required": False}
    told = {
        "dataset": "members",
        **dict.fromkeys(("label", "description", "purpose"), LABEL),
        "unit": "person",
        "counts_persons": True,
        "source": "x",
        "schedule": "0 3 * * *",
        "mode": "full",
        "key": ["person"],
        "max_refused_pct": 2,
        "format": form,
        "columns": [{**column, "name": name, **kind} for name, kind in kinds.items()],
    }
    return Dataset.model_validate_json(json.dumps(told))


def taken(content: bytes, form: dict[str, Any], *, size: int = 64) -> tuple[list[Any], int | None]:
    parts = (content[at : at + size] for at in range(0, len(content), size))
    task = Task(dataset=dataset(form), codelists={}, reference=Reference())
    made, text = laid_out(parts, task, PLACE), b""
    while True:
        try:
            text += next(made)
        except StopIteration as end:
            rows = csv.DictReader(io.StringIO(text.decode(), ""), delimiter=";", strict=True)
            return list(rows), end.value.records


def code_of(content: bytes, form: dict[str, Any]) -> tuple[str, int | None, str | None]:
    with pytest.raises(DeliveryError) as refused:
        taken(content, form)
    error = refused.value
    told = error.problems[0] if error.problems else error.problem
    return told.code, told.place.line, told.place.column


def manifest(version: str, **files: str) -> bytes:
    told = "".join(f"file.{name},{how}\r\n" for name, how in files.items())
    return f"propertyName,value\r\noneroster.version,{version}\r\n{told}".encode()


USERS = b'sourcedId,role,dateLastModified,password\r\nu-1,student,"a, b",secret\r\nu-2,aide,,x\r\n'
ROLES = b"sourcedId,userSourcedId,role,dataLastModified,,\nr-1,u-1,student,1,,\nr-2,u-2,aide,2,,\n"


def bundle(**members: bytes) -> bytes:
    return zipped({f"{name}.csv": content for name, content in members.items()})


def test_each_version_is_read_where_it_holds_the_dataset() -> None:
    older = bundle(manifest=manifest("1.1", users="bulk", orgs="absent"), users=USERS)
    rows, counted = taken(older, ROSTER)
    assert counted == 2
    assert rows == [
        {"person": "u-1", "changed": "a, b", "role": "student"},
        {"person": "u-2", "changed": "", "role": "aide"},
    ]
    newer = bundle(manifest=manifest("1.2", users="bulk", roles="bulk"), users=USERS, roles=ROLES)
    rows, counted = taken(newer, ROSTER)
    assert (counted, [row["person"] for row in rows]) == (2, ["u-1", "u-2"])
    assert [row["changed"] for row in rows] == ["1", "2"]
    assert b"secret" not in str(rows).encode()


WRONG_BUNDLES = {
    "no zip": (USERS, ("delivery.not_oneroster", None, None)),
    "no manifest": (bundle(users=USERS), ("delivery.not_oneroster", None, None)),
    "another version": (
        bundle(manifest=manifest("2.0", users="bulk"), users=USERS),
        ("delivery.oneroster_version", None, None),
    ),
    "a file that is not told of": (
        bundle(manifest=manifest("1.1"), users=USERS),
        ("delivery.oneroster_absent", None, None),
    ),
    "a file that is not there": (
        bundle(manifest=manifest("1.1", users="bulk")),
        ("delivery.oneroster_absent", None, None),
    ),
    "what changed alone": (
        bundle(manifest=manifest("1.1", users="delta"), users=USERS),
        ("delivery.oneroster_delta", None, None),
    ),
    "a manifest that says two things": (
        bundle(manifest=manifest("1.1", users="bulk") + b"file.users,delta\r\n", users=USERS),
        ("delivery.not_oneroster", None, None),
    ),
    "a manifest of which a quote is lost": (
        bundle(manifest=manifest("1.1", x='"', users="bulk"), users=USERS),
        ("delivery.not_oneroster", None, None),
    ),
    "lone returns": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS.replace(b"\r\n", b"\r")),
        ("delivery.returns", 1, None),
    ),
    "another encoding": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS.replace(b"role", b"r\xf4le")),
        ("delivery.encoding", 1, None),
    ),
    "a field of another name": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS.replace(b"role,", b"rule,")),
        ("delivery.missing_column", None, "role"),
    ),
    "a field twice": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS.replace(b"password", b"role")),
        ("delivery.repeated_column", None, "role"),
    ),
    "a row that is too short": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS + b"u-3,student\r\n"),
        ("delivery.ragged", 4, None),
    ),
    "no rows": (
        bundle(manifest=manifest("1.1", users="bulk"), users=USERS.partition(b"\r\n")[0]),
        ("delivery.no_rows", None, None),
    ),
    "a name that climbs": (
        zipped({"manifest.csv": manifest("1.1", users="bulk"), "../users.csv": USERS}),
        ("delivery.zip_name", None, None),
    ),
}


@pytest.mark.parametrize("what", WRONG_BUNDLES)
def test_a_bundle_that_is_not_what_the_contract_says_is_refused(what: str) -> None:
    content, told = WRONG_BUNDLES[what]
    assert code_of(content, ROSTER) == told


def student(person: str, *more: str) -> str:
    inner = "".join(more)
    return (
        f"<Student><StudentReference><StudentUniqueId> {person}\n</StudentUniqueId>"
        f"</StudentReference>{inner}<Sex>uri://ed-fi.org/SexDescriptor#Not Selected</Sex></Student>"
    )


def xml(*records: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    others = "<School><StudentReference><StudentUniqueId>no</StudentUniqueId></StudentReference>"
    start = f'{head}<Interchange xmlns="http://ed-fi.org/5.2.0">{others}</School>'
    return f"{start}{''.join(records)}</Interchange>".encode()


@pytest.mark.parametrize("size", [1, 13, 1 << 20])
def test_the_elements_of_a_resource_are_the_records(size: int) -> None:
    content = xml(student("1"), student("é&amp;2", "<Birth><Date>2012-02-01</Date></Birth>"))
    rows, counted = taken(content, XML, size=size)
    assert counted == 2
    assert rows == [
        {"person": "1", "changed": "", "role": "Not Selected"},
        {"person": "é&2", "changed": "2012-02-01", "role": "Not Selected"},
    ]


@pytest.mark.parametrize("form", [XML, JSON])
def test_as_many_records_as_are_laid_out_at_once_are_all_there(form: dict[str, Any]) -> None:
    names = [str(number) for number in range(10_000)]
    told = [{"StudentReference": {"StudentUniqueId": n}, "Sex": "x"} for n in names]
    content = xml(*map(student, names)) if form is XML else json.dumps(told).encode()
    rows, counted = taken(content, form, size=1 << 20)
    assert counted == 10_000
    assert [row["person"] for row in rows] == names


def test_what_is_deep_or_does_not_end_takes_no_time() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    endless = b"[{" + rb"\"" * 200_000
    before = time.process_time()
    rows, _ = taken(xml(student("1", deep)), XML, size=1 << 20)
    assert [row["person"] for row in rows] == ["1"]
    assert code_of(endless, JSON)[0] == "delivery.json_line"
    # Looked at once for each of their parts, either takes half a minute and more.
    assert time.process_time() - before < 5


def test_records_in_json_are_those_of_a_list_or_of_lines() -> None:
    records = [
        {
            "StudentReference": {"StudentUniqueId": n, "x": '{"'},
            "Sex": "uri://x/SexDescriptor#M",
            "More": [{"Sex": "no"}],
        }
        for n in ("01", "02")
    ]
    wanted = [{"person": n, "changed": "", "role": "M"} for n in ("01", "02")]
    assert taken(json.dumps(records).encode(), JSON) == (wanted, 2)
    lines = "\n".join(json.dumps(record) for record in records).encode()
    assert taken(lines, JSON) == (wanted, 2)
    assert taken(codecs.BOM_UTF8 + lines, JSON) == (wanted, 2)


DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
WRONG_INTERCHANGES = {
    "an entity from outside": (
        xml(student("&e;"), head=DOCTYPE),
        ("delivery.xml_typed", None, None),
    ),
    "an entity that is not there": (xml(student("&e;")), ("delivery.xml_damaged", None, None)),
    "XML cut short": (xml(student("1"))[:-9], ("delivery.xml_damaged", None, None)),
    "no such record": (xml(), ("delivery.edfi_none", None, None)),
    "a field that comes twice": (
        xml(student("1"), student("2", "<Birth><Date>1</Date><Date>2</Date></Birth>")),
        ("delivery.nested", 2, "changed"),
    ),
    "a field with fields in it": (
        xml(student("1", "<Birth><Date><Year>1</Year></Date></Birth>")),
        ("delivery.nested", 1, "changed"),
    ),
}


@pytest.mark.parametrize("what", WRONG_INTERCHANGES)
def test_an_interchange_that_is_not_what_it_should_be_is_refused(what: str) -> None:
    content, told = WRONG_INTERCHANGES[what]
    assert code_of(content, XML) == told


def test_json_that_is_no_list_of_records_or_says_a_thing_twice_is_refused() -> None:
    assert code_of(b'[{"Sex": "M"}, 3]', JSON) == ("delivery.json_line", 2, None)
    assert code_of(b'[{"Sex": "M"', JSON) == ("delivery.json_line", 1, None)
    assert code_of(b'[{"Sex": "M", "Sex": "F"}]', JSON) == ("delivery.nested", 1, "role")
    number = b'[{"StudentReference": {"StudentUniqueId": 7}}]'
    assert code_of(number, JSON) == ("delivery.number_for_text", 1, "person")
    assert code_of(b"[]", JSON) == ("delivery.edfi_none", None, None)
