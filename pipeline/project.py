"""Load a project: contracts, queries, suites and territories, or every reason why not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.contracts import (
    CodeLists,
    Contracts,
    Dataset,
    Finding,
    Indicators,
    Policy,
    Table,
    Territories,
    check_contracts,
)
from pipeline.contracts.geography import Geography
from pipeline.contracts.jurisdiction import Jurisdiction, Profile
from pipeline.contracts.recoding_checks import check_recodings, words_of
from pipeline.contracts.recodings import Recodings
from pipeline.errors import ContractError, Place, Problem
from pipeline.geography_files import read_geography
from pipeline.settings import INSTALLATION
from pipeline.yaml_source import YamlError, YamlSource, parse_yaml

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The rules in force.

    Attributes:
        root: the folder that holds `contracts/`.
        contracts: validated, with all cross-checks passed.
        geography: the territories at the reference vintage.
        counts: table → text of `sql/counts/<table>.sql`.
        indicators: indicator code → text of `sql/indicators/<code>.sql`; counts have none.
        suites: (`protected` or `published`, name) → parsed expectation suite.
        files: path from the root → SHA-256 of every file that rules, in hex.
        fingerprint: SHA-256 over `files`, in hex.
    """

    root: Path
    contracts: Contracts
    geography: Geography
    counts: Mapping[str, str]
    indicators: Mapping[str, str]
    suites: Mapping[tuple[str, str], Mapping[str, Any]]
    files: Mapping[str, str]
    fingerprint: str

    def outlines(self) -> dict[str, Any] | None:
        """Return the GeoJSON of the base level, if the project has one."""
        path = self.contracts.territories.files.outlines
        return json.loads((self.root / path).read_text(encoding="utf-8")) if path else None


def load_project(root: Path) -> Project:
    """Return the project under `root`.

    `sql/` and `expectations/` are those beside `contracts/`, else those of the installation:
    a second country is a folder of contracts.

    Raises:
        ContractError: with every problem found: file, line, rule and remedy.
    """
    reader = _Reader(root)
    contracts = reader.contracts()
    geography = read_geography(reader.of_project, contracts.territories)
    counts = reader.queries("counts", [(table, table) for table in contracts.tables])
    reader.check_recodings(contracts, geography, counts)
    computed = [i for i in contracts.indicators.indicators if i.kind != "count"]
    indicators = reader.queries("indicators", [(i.code, Path(i.file).stem) for i in computed])
    suites = reader.suites(
        [("protected", name) for name in contracts.datasets]
        + [("published", name) for name in contracts.tables]
    )
    reader.refuse_problems()
    files = {name: _sha256(content) for name, content in sorted(reader.contents.items())}
    return Project(
        root=root,
        contracts=contracts,
        geography=geography,
        counts=counts,
        indicators=indicators,
        suites=suites,
        files=files,
        fingerprint=_fingerprint(files),
    )


class _Reader:
    """Reads each file of a project once, keeps what was read, and gathers the problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.contents: dict[str, bytes] = {}
        self.sources: dict[str, YamlSource] = {}

    def read(self, name: str, path: Path) -> bytes | None:
        """Return a file's content, and remember it: what is hashed is what was read."""
        if name not in self.contents:
            if not path.is_file():
                return None
            self.contents[name] = path.read_bytes()
        return self.contents[name]

    def of_project(self, name: str) -> bytes | None:
        return self.read(name, self.root / name)

    def contracts(self) -> Contracts:
        policy = self._model("policy", Policy)
        jurisdiction = self._model("jurisdiction", Jurisdiction)
        profile = self._profile(jurisdiction)
        territories = self._model("territories", Territories)
        codelists = self._model("codelists", CodeLists)
        indicators = self._model("indicators", Indicators)
        datasets = self._folder("datasets", Dataset)
        tables = self._folder("tables", Table)
        recodings = self._optional("recodings", Recodings)
        if self.problems or not (
            policy and jurisdiction and profile and territories and codelists and indicators
        ):
            self.refuse_problems()
            raise ContractError("contract.missing_folder", place=Place(file=str(self.root)))
        contracts = Contracts.model_construct(
            policy=policy,
            jurisdiction=jurisdiction,
            law=jurisdiction.applied(profile),
            territories=territories,
            codelists=codelists.root,
            datasets=datasets,
            tables=tables,
            indicators=indicators,
            recodings=recodings.root if recodings else {},
        )
        self.problems += [self._problem(finding) for finding in check_contracts(contracts)]
        self.refuse_problems()
        return contracts

    def check_recodings(
        self, contracts: Contracts, geography: Geography, counts: Mapping[str, str]
    ) -> None:
        if contracts.recodings:
            queries = {table: words_of(sql) for table, sql in counts.items()}
            found = check_recodings(contracts, geography, queries)
            self.problems += [self._problem(finding) for finding in found]

    def _optional(self, name: str, model: type[Model]) -> Model | None:
        """Return a contract that a project may have or not."""
        path = self.root / "contracts" / f"{name}.yml"
        return self._model(name, model) if path.is_file() else None

    def _profile(self, jurisdiction: Jurisdiction | None) -> Profile | None:
        """Return the profile that a project names: its own, else that of the installation."""
        if jurisdiction is None:
            return None
        name = f"jurisdictions/{jurisdiction.profile}"
        own = (self.root / "contracts" / f"{name}.yml").is_file()
        profile = self._model(name, Profile, root=self.root if own else INSTALLATION)
        if profile is not None and profile.profile != jurisdiction.profile:
            place = Place(file=f"contracts/{name}.yml", rule="profile")
            facts = (("name", profile.profile),)
            self.problems.append(Problem(code="contract.file_name", place=place, facts=facts))
        return profile

    def _folder(self, folder: str, model: type[Model]) -> dict[str, Model]:
        paths = sorted((self.root / "contracts" / folder).glob("*.yml"))
        loaded = {path.stem: self._model(f"{folder}/{path.stem}", model) for path in paths}
        return {name: item for name, item in loaded.items() if item is not None}

    def _model(self, name: str, model: type[Model], *, root: Path | None = None) -> Model | None:
        path = (root or self.root) / "contracts" / f"{name}.yml"
        file = f"contracts/{name}.yml"
        content = self.read(file, path)
        if content is None:
            self.problems.append(Problem(code="contract.missing_file", place=Place(file=file)))
            return None
        try:
            source = parse_yaml(content)
            self.sources[name] = source
            # JSON mode keeps strictness and still turns arrays into tuples.
            return model.model_validate_json(json.dumps(source.data), strict=True)
        except YamlError as problem:
            place = Place(file=file, line=problem.line)
            self.problems.append(Problem(code=problem.code, place=place))
        except ValidationError as error:
            self.problems += [_pydantic_problem(file, source, detail) for detail in error.errors()]
        return None

    def _problem(self, finding: Finding) -> Problem:
        source = self.sources[finding.contract]
        place = Place(
            file=f"contracts/{finding.contract}.yml",
            line=source.line(finding.path),
            rule=".".join(map(str, finding.path)),
        )
        return Problem(code=finding.code, place=place, facts=finding.facts)

    def queries(self, folder: str, names: Iterable[tuple[str, str]]) -> dict[str, str]:
        texts = {}
        for key, stem in names:
            content = self._beside(f"sql/{folder}/{stem}.sql")
            if content is not None:
                texts[key] = content.decode("utf-8")
        return texts

    def suites(self, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Mapping[str, Any]]:
        suites: dict[tuple[str, str], Mapping[str, Any]] = {}
        for zone, name in names:
            content = self._beside(f"expectations/{zone}/{name}.json")
            if content is None:
                continue
            try:
                suites[zone, name] = json.loads(content.decode("utf-8"))
            except json.JSONDecodeError as error:
                place = Place(file=f"expectations/{zone}/{name}.json", line=error.lineno)
                self.problems.append(Problem(code="contract.not_json", place=place))
        return suites

    def _beside(self, relative: str) -> bytes | None:
        top = relative.split("/", maxsplit=1)[0]
        root = self.root if (self.root / top).is_dir() else INSTALLATION
        content = self.read(relative, root / relative)
        if content is None:
            self.problems.append(Problem(code="contract.missing_file", place=Place(file=relative)))
        return content

    def refuse_problems(self) -> None:
        if self.problems:
            raise ContractError(
                "contract.invalid", count=len(self.problems), problems=self.problems
            )


def read_rules(path: Path, model: type[Model]) -> Model:
    """Return one file of rules that lies in no project, checked as contracts are.

    Args:
        path: of the YAML file.
        model: what it has to be.

    Raises:
        ContractError: naming each line that is wrong.
        OSError: it cannot be read.
    """
    problems: list[Problem] = []
    try:
        source = parse_yaml(path.read_bytes())
        return model.model_validate_json(json.dumps(source.data), strict=True)
    except YamlError as problem:
        problems = [Problem(code=problem.code, place=Place(file=path.name, line=problem.line))]
    except ValidationError as error:
        found = error.errors()
        problems = [_pydantic_problem(path.name, source, detail) for detail in found]
    raise ContractError("contract.invalid", count=len(problems), problems=problems)


_PYDANTIC_CODES: dict[str, str] = {
    "extra_forbidden": "contract.unknown_key",
    "missing": "contract.missing_key",
    "union_tag_not_found": "contract.no_privacy_rule",
    "union_tag_invalid": "contract.unknown_rule",
}


def _pydantic_problem(file: str, source: YamlSource, detail: Mapping[str, Any]) -> Problem:
    path = tuple(detail["loc"])
    code = _PYDANTIC_CODES.get(detail["type"], "contract.bad_value")
    if code == "contract.missing_key" and path[-1:] == ("privacy",):
        code = "contract.no_privacy_rule"
    place = Place(file=file, line=source.line(path), rule=".".join(map(str, path)))
    return Problem(code=code, place=place, facts=(("why", str(detail["msg"])),))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fingerprint(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
