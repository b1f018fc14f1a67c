"""The scan for persons finds what is planted, everywhere and in every encoding, and only that."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.privacy.scan import Hit, Identities, Person, fold, words
from tests.privacy.scan_plants import DIGESTS, HASHED, PAIRS, noise, plant, plant_columns
from tests.privacy.scan_runs import run_watched
from tests.privacy.scan_views import views_of, views_of_folder

PERSONS = [
    Person(
        national_id="123456789AB",
        family="N'Dréquiven",
        given="Anaël-Zoé",
        birth_date="29/08/2010",
        email="anael.ndrequiven24@courriel.example",
        address="144 rue de l\u2019Horloge, Bruz",
    ),
    Person(
        national_id="987654321ZY",
        family="Le Kérourmel",
        given="Éloïse",
        birth_date="01/02/2003",
        email="eloise.lekerourmel730@ecoles.example",
    ),
]
PSEUDONYM = bytes(range(140, 156))
KEY = bytes(range(200, 232))


def table_of(persons: list[Person]) -> pa.Table:
    return pa.table(
        {
            "national_id": [one.national_id for one in persons],
            "family_name": [one.family for one in persons],
            "given_name": [one.given for one in persons],
            "birth_date": [one.birth_date for one in persons],
            "email": [one.email for one in persons],
            "address": [one.address for one in persons],
        }
    )


IDENTITIES = Identities(table_of(PERSONS), pseudonyms=[PSEUDONYM], secrets={"root": KEY})


def found(data: bytes) -> set[tuple[str, str]]:
    return {(hit.kind, hit.what) for hit in IDENTITIES.find(views_of("content", data))}


def expected(person: Person) -> set[tuple[str, str]]:
    """What the scan must tell of a person that is planted with all forms."""
    names = (f"{person.given} {person.family}", f"{person.family} {person.given}")
    told = {
        ("name", " ".join(words(name)).removeprefix("le ").removeprefix("n ")) for name in names
    }
    told |= {("national id", person.national_id), ("e-mail", person.email)}
    told.add(("birth date", "".join(reversed(person.birth_date.split("/")))))
    if person.address:
        told.add(("address", " ".join(words(person.address.rpartition(",")[0]))))
    return told


@pytest.mark.parametrize(("sink", "encoding"), PAIRS)
def test_every_plant_is_found(sink: str, encoding: str, tmp_path: Path) -> None:
    plant(tmp_path, sink, encoding, PERSONS)
    hits = list(IDENTITIES.find(views_of_folder(tmp_path)))
    if encoding in DIGESTS:
        assert len({hit.what for hit in hits if hit.kind == "digest"}) == len(PERSONS) * len(HASHED)
    else:
        for person in PERSONS:
            assert expected(person) <= {(hit.kind, hit.what) for hit in hits}


@pytest.mark.parametrize("person", PERSONS, ids=lambda one: one.family)
@pytest.mark.parametrize("form", PERSONS[0].forms)
def test_each_form_alone_is_found_in_the_middle_of_bytes_of_any_kind(
    person: Person, form: str
) -> None:
    if form in person.forms:
        text = person.forms[form].encode()
        assert found(noise("a") + b"\x01" + text + b"\x02" + noise("b"))
        assert found(b"<td>" + text + b"</td>")


def test_a_family_name_alone_is_found_in_a_text() -> None:
    assert found("Élève : kérourmel, absent".encode()) == {("name", "kerourmel")}


def test_a_name_in_columns_apart_a_comment_and_a_view_of_a_database_are_found(
    tmp_path: Path,
) -> None:
    plant_columns(tmp_path / "t.duckdb", PERSONS[1])
    kinds = {hit.kind for hit in IDENTITIES.find(views_of_folder(tmp_path))}
    assert kinds == {"name", "e-mail", "national id"}


def test_a_person_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "Éloïse Le Kérourmel.csv").touch()
    assert [hit.kind for hit in IDENTITIES.find(views_of_folder(tmp_path))]


@pytest.mark.parametrize("encoded", [bytes, lambda b: b.hex().encode()], ids=["raw", "hex"])
@pytest.mark.parametrize(("secret", "kind"), [(PSEUDONYM, "pseudonym"), (KEY, "key")])
def test_pseudonyms_and_keys_are_found(secret: bytes, kind: str, encoded: type[bytes]) -> None:
    assert kind in {kind for kind, _ in found(noise("x") + encoded(secret) + noise("y"))}


def test_texts_about_places_and_others_are_no_hits() -> None:
    innocent = (
        "Zoé habite rue de l'Horloge à Bruz; 123456789AC; 29/08/2011; 145 rue des Bois; "
        "jean@courriel.example; d41d8cd98f00b204e9800998ecf8427e; le 2010-08-28"
    )
    assert found(innocent.encode()) == set()
    assert found(noise("z", 200_000)) == set()


def test_folding_ignores_accents_case_and_apostrophes() -> None:
    assert fold("N\u2019DRÉQUIVEN") == fold("n'dréquiven") == "n'drequiven"
    assert words("É-l\u0308 2010x") == ["e", "l", "2010", "x"]


def test_a_hit_tells_where_it_was_found() -> None:
    [hit] = IDENTITIES.find(views_of("log", b"id 123456789AB"))
    assert hit == Hit("log", "national id", "123456789AB")


# Stands for a moment, in each place that is watched: of the process, and of one that it starts.
FLEETING = """
import json, os, subprocess, sys, tempfile, time
[texts] = json.loads(sys.stdin.read())
THERE = "import os, sys, time; f = open('theirs', 'w'); f.write(sys.stdin.read()); f.flush();"
child = subprocess.Popen(
    [sys.executable, "-c", THERE + "os.unlink('theirs'); time.sleep(2)", texts[0]],
    env={**os.environ, "GIVEN": texts[1]},
    stdin=subprocess.PIPE,
)
child.stdin.write(texts[2].encode())
child.stdin.close()
own = open("own", "w")
own.write(texts[3])
own.flush()
os.unlink("own")
with tempfile.NamedTemporaryFile("w") as temporary:
    temporary.write(texts[4])
    temporary.flush()
    child.wait()
own.close()
with open(OUT, "w") as out:
    json.dump([0], out)
"""


def test_what_stands_for_a_moment_in_a_file_or_beside_a_process_is_seen(tmp_path: Path) -> None:
    person = PERSONS[0]
    forms = ("national id", "birth date", "e-mail", "given family", "address")
    run = run_watched(tmp_path, [[person.forms[form] for form in forms]], program=FLEETING)
    assert run.codes == [0], run.stderr
    assert [path for name in ("tmp", "cwd") for path in (tmp_path / name).iterdir()] == []
    wheres = {hit.kind: hit.where.partition("!")[0] for hit in IDENTITIES.find(run.printed())}
    places = {
        kind: "temporary file" if where.startswith("temporary file ") else where
        for kind, where in wheres.items()
    }
    assert places == {
        "national id": "cmdline",
        "birth date": "environ",
        "e-mail": "removed file theirs (deleted)",
        "name": "removed file own (deleted)",
        "address": "temporary file",
    }
