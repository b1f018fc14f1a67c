"""The structure of the figures as SDMX-ML 3.0: concepts, code lists, data structure, data flow.

Where SDMX or the UNESCO Institute for Statistics has a name for a concept or a code list, it is
theirs. pysdmx writes one language: French names are put beside the English ones afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC

from lxml import etree
from pysdmx.io import write_sdmx
from pysdmx.io.format import Format
from pysdmx.model import (
    Code,
    Codelist,
    Component,
    Components,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructureDefinition,
    DataType,
    ItemReference,
    Role,
)
from pysdmx.model.dataflow import Schema
from pysdmx.model.message import Header

from pipeline.contracts import Label
from pipeline.dissemination.columns import PublishedColumn
from pipeline.dissemination.exports.source import ReleaseSource

PATH = "sdmx/structure.xml"
AGENCY = "CARTABLE"
FLOW = "DF_CARTABLE"
_VERSION = "1.0"
_COMMON = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common}"
_STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Characters that XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Column of `observations` → name of the UIS, or of the structure of the Sustainable Development
# Goals, for the same concept.
_CONCEPTS = {"sector": "SECTOR_EDU", "obs_low": "LOWER_BOUND", "obs_high": "UPPER_BOUND"}
MEASURE = "obs_value"

Words = Mapping[tuple[str, str], Label]


def concept_id(column: str) -> str:
    """Return the id of the SDMX concept of a column of `observations`."""
    return _CONCEPTS.get(column, column.upper())


def observation_columns(source: ReleaseSource) -> tuple[PublishedColumn, ...]:
    """Return the columns of `observations` in SDMX's order: key, time last; figure; the rest."""
    (table,) = (each for each in source.tables if each.key == ("main", "observations"))

    def place(column: PublishedColumn) -> int:
        if column.name in table.order:
            return 0 if column.name != "time_period" else 1
        return 2 if column.name == MEASURE else 3

    return tuple(sorted(table.columns, key=place))


def is_dimension(column: PublishedColumn, source: ReleaseSource) -> bool:
    """Tell whether a column is part of the key of a figure."""
    (table,) = (each for each in source.tables if each.key == ("main", "observations"))
    return column.name in table.order


def write_structure(source: ReleaseSource) -> Schema:
    """Write `sdmx/structure.xml` and return what the figures follow."""
    columns = observation_columns(source)
    lists = _code_lists(source)
    scheme = ConceptScheme(
        id="CS_CARTABLE",
        agency=AGENCY,
        version=_VERSION,
        name="Concepts",
        items=[
            Concept(id=concept_id(column.name), name=xml_text(column.description.en))
            for column in columns
        ],
    )
    definition = DataStructureDefinition(
        id="DSD_CARTABLE",
        agency=AGENCY,
        version=_VERSION,
        name="Released figures",
        components=Components([_component(source, column, lists) for column in columns]),
    )
    flow = Dataflow(
        id=FLOW,
        agency=AGENCY,
        version=_VERSION,
        name=xml_text(source.contracts.policy.publisher.en),
        structure=definition,
    )
    header = Header(
        id=source.release["release_id"],
        test=bool(source.release["synthetic"]),
        prepared=source.release["created"].replace(tzinfo=UTC),
    )
    artefacts = [scheme, *lists.values(), definition, flow]
    text = write_sdmx(artefacts, Format.STRUCTURE_SDMX_ML_3_0, header=header)
    path = source.folder / PATH
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(_in_both_languages(str(text), _words(source)))
    return definition.to_schema()


def _component(
    source: ReleaseSource, column: PublishedColumn, lists: Mapping[str, Codelist]
) -> Component:
    name = concept_id(column.name)
    concept = ItemReference(
        sdmx_type="Concept", agency=AGENCY, id="CS_CARTABLE", version=_VERSION, item_id=name
    )
    role = Role.DIMENSION if is_dimension(column, source) else Role.ATTRIBUTE
    if column.name == MEASURE:
        role = Role.MEASURE
    return Component(
        id=name,
        # A figure that is missing on purpose is told as NaN, never left out.
        required=role != Role.ATTRIBUTE or column.name.endswith("_status"),
        role=role,
        concept=concept,
        local_dtype=_data_type(column),
        local_codes=lists.get(column.name),
        attachment_level="O" if role == Role.ATTRIBUTE else None,
    )


def _data_type(column: PublishedColumn) -> DataType:
    if column.name == "time_period":
        return DataType.PERIOD
    return DataType.DOUBLE if column.type == "double" else DataType.STRING


def _code_lists(source: ReleaseSource) -> dict[str, Codelist]:
    """Return column → its code list."""
    words = _words(source)
    found = {}
    for column in observation_columns(source):
        list_id = f"CL_{concept_id(column.name)}"
        items = [
            Code(id=code, name=xml_text(label.en))
            for (listed, code), label in words.items()
            if listed == list_id and code
        ]
        if items:
            found[column.name] = Codelist(
                id=list_id,
                agency=AGENCY,
                version=_VERSION,
                name=xml_text(words[list_id, ""].en),
                items=items,
            )
    return found


def _words(source: ReleaseSource) -> dict[tuple[str, str], Label]:
    """Return (code list, code) → its label; (code list, "") → that of the list itself."""
    words: dict[tuple[str, str], Label] = {}
    for column in observation_columns(source):
        pairs = _pairs(source, column)
        if pairs:
            list_id = f"CL_{concept_id(column.name)}"
            words[list_id, ""] = column.description
            words |= {(list_id, code): label for code, label in pairs}
    return words


def _pairs(source: ReleaseSource, column: PublishedColumn) -> list[tuple[str, Label]]:
    if column.name == "indicator":
        return [(each.code, each.label) for each in source.contracts.indicators.indicators]
    if column.name == "ref_area":
        query, given = "select distinct id, name, name from territories order by id", []
    else:
        query = (
            "select code, label_en, label_fr from dimensions where dimension = ? order by position"
        )
        given = [column.codelist or ""]
    rows = source.connection.execute(query, given).fetchall()
    return [(code, Label.model_construct(en=en, fr=fr)) for code, en, fr in rows]


def _in_both_languages(text: str, words: Words) -> bytes:
    """Return the message with a French name after each English one of a code list or code.

    The English one is set again: a lone return must be escaped, else XML reads a line feed.
    """
    # Our own message: nothing in it is resolved from outside.
    root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    for codelist in root.iter(f"{_STRUCTURE}Codelist"):
        for item in (codelist, *codelist.iter(f"{_STRUCTURE}Code")):
            code = "" if item is codelist else str(item.get("id"))
            label = words[str(codelist.get("id")), code]
            english = item.find(f"{_COMMON}Name")
            english.text = xml_text(label.en)
            french = etree.Element(f"{_COMMON}Name", {_LANGUAGE: "fr"})
            french.text = xml_text(label.fr)
            english.addnext(french)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def xml_text(text: str) -> str:
    """Return a text with a replacement character for each that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
