"""Reads the published OpenAPI documents: which operations there are, and what each declares.

Independent of the gateway's own generator on purpose: the two share no code, so that they do not share a mistake.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Tuple

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass
class Document:
    """One file. `service` is its name without `-v3` and `.json`; `version` is "v2" or "v3"."""

    service: str
    version: str
    content: Dict[str, Any]

    def resolve(self, node: Any) -> Any:
        """The node, or what its `$ref` points at with the node's other keys (`example`) over it."""
        while isinstance(node, dict) and "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            node = {**self._target(node["$ref"]), **beside}
        return node

    def _target(self, reference: str) -> Dict[str, Any]:
        if not reference.startswith("#/"):
            raise ValueError(f"{self.service}: {reference} leads out of the document")
        target: Any = self.content
        for key in reference[2:].split("/"):
            target = target[key]
        return target

    def expand(self, schema: Any) -> Dict[str, Any]:
        """The schema with every `$ref` replaced, `allOf` merged, and the first of `anyOf`/`oneOf` taken."""
        schema = dict(self.resolve(schema) or {})
        for part in schema.pop("allOf", []):
            schema = _merge(self.expand(part), schema)
        for key in ("anyOf", "oneOf"):
            if schema.get(key):
                first = self.expand(schema.pop(key)[0])
                schema = _merge(first, schema)
        if isinstance(schema.get("properties"), dict):
            schema["properties"] = {name: self.expand(each) for name, each in schema["properties"].items()}
        if isinstance(schema.get("items"), dict):
            schema["items"] = self.expand(schema["items"])
        if isinstance(schema.get("additionalProperties"), dict):
            schema["additionalProperties"] = self.expand(schema["additionalProperties"])
        return schema


def _merge(base: Dict[str, Any], over: Dict[str, Any]) -> Dict[str, Any]:
    """`base` with the keys of `over`; properties and required lists are united."""
    merged = {**base, **over}
    for key in ("properties",):
        if key in base and key in over:
            merged[key] = {**base[key], **over[key]}
    if isinstance(base.get("required"), list) and isinstance(over.get("required"), list):
        merged["required"] = base["required"] + [name for name in over["required"] if name not in base["required"]]
    return merged


@dataclass
class Parameter:
    """A path or query parameter. `explode` False: an array is one comma-separated value."""

    name: str
    place: str
    required: bool
    schema: Dict[str, Any]
    explode: bool = True


@dataclass
class Operation:
    """One operation. `versions` are the values that its `Version` header may have; None where it declares no such header."""

    name: str
    method: str
    path: str
    document: Document
    raw: Dict[str, Any]
    parameters: List[Parameter] = field(default_factory=list)
    versions: Optional[List[str]] = None
    media_type: Optional[str] = None
    body: Dict[str, Any] = field(default_factory=dict)
    body_required: bool = False

    @property
    def body_is_object(self) -> bool:
        """Whether the body's fields are arguments of their own. Otherwise the whole body is one argument."""
        declared = (
            self.document.resolve(self.raw["requestBody"]["content"][self.media_type].get("schema", {}))
            if self.media_type
            else {}
        )
        alternatives = "oneOf" in declared or "anyOf" in declared
        return not alternatives and (self.body.get("type") == "object" or "properties" in self.body or not self.body)


def read_documents(folder: Path) -> List[Document]:
    """All documents: those of v2 in FOLDER/apps/*.json, those of v3 in FOLDER/apps/v3/*-v3.json."""
    found = [(path, "v2") for path in sorted(folder.glob("apps/*.json"))]
    found += [(path, "v3") for path in sorted(folder.glob("apps/v3/*-v3.json"))]
    if not found:
        raise SystemExit(f"{folder} has no documents: expected apps/*.json and apps/v3/*-v3.json")
    return [
        Document(re.sub(r"-v3$", "", path.stem), version, json.loads(path.read_text(encoding="utf-8")))
        for path, version in found
    ]


def published_operations(documents: List[Document]) -> List[Operation]:
    """The distinct operations, sorted by name and path.

    Two templates that differ only in their parameters' names are one operation. Where both versions
    have it, v2 counts; the documents of v2 come first.
    """
    chosen: Dict[Tuple[str, str], Operation] = {}
    for document in sorted(documents, key=lambda each: each.version):
        for path, item in document.content["paths"].items():
            for method in METHODS:
                key = (method, re.sub(r"\{[^}]*\}", "{}", path))
                if method in item and key not in chosen:
                    chosen[key] = _operation(document, method, path, item[method])
    return sorted(chosen.values(), key=lambda each: (each.name, each.path))


def _operation(document: Document, method: str, path: str, raw: Dict[str, Any]) -> Operation:
    name = re.sub(r"[^A-Za-z0-9_-]", "-", f"{document.service}_{raw['operationId']}")
    operation = Operation(name, method.upper(), path, document, raw)
    for declared in map(document.resolve, raw.get("parameters", [])):
        # A parameter may hold `anyOf` itself, without a schema.
        schema = document.expand(
            declared.get("schema", {key: declared[key] for key in ("anyOf", "oneOf") if key in declared})
        )
        if "example" in declared:
            schema.setdefault("example", declared["example"])
        if declared["in"] == "header":
            if declared["name"].lower() == "version":
                operation.versions = schema["enum"]
            elif declared["name"].lower() != "authorization":
                raise ValueError(
                    f"{name}: the header parameter {declared['name']} is neither Version nor Authorization"
                )
        else:
            required = declared["in"] == "path" or declared.get("required", False)
            operation.parameters.append(
                Parameter(declared["name"], declared["in"], required, schema, declared.get("explode", True))
            )
    in_path = {each.name for each in operation.parameters if each.place == "path"}
    for missing in re.findall(r"\{([^}]*)\}", path):
        if missing not in in_path:  # eleven templates name parameters that the operation does not declare
            operation.parameters.append(Parameter(missing, "path", True, {"type": "string"}))
    body = document.resolve(raw.get("requestBody"))
    if body:
        operation.media_type = next(iter(body["content"]))
        operation.body = document.expand(body["content"][operation.media_type].get("schema", {}))
        operation.body_required = body.get("required", False)
    return operation


def merged_document(operations: List[Operation]) -> Dict[str, Any]:
    """One document for Prism with the request side of all operations, as declared.

    Component names get their document's as a prefix, since documents reuse names. What keeps Prism from loading
    the documents is left out: `name` and `in` of http security schemes, and the responses, some of which refer to
    missing components. What keeps it from checking: see _prefixed.
    """
    paths: Dict[str, Any] = {}
    schemas: Dict[str, Any] = {}
    schemes: Dict[str, Any] = {}
    for operation in operations:
        prefix = f"{operation.document.version}.{operation.document.service}."
        raw = {key: operation.raw[key] for key in ("parameters", "requestBody") if key in operation.raw}
        declared = copy.deepcopy(raw)
        if "security" in operation.raw:
            declared["security"] = [{prefix + name: [] for name in each} for each in operation.raw["security"]]
            _add_schemes(operation.document, prefix, schemes)
        declared["responses"] = {"200": {"description": "OK", "content": {"application/json": {"example": {}}}}}
        declared["parameters"] = declared.get("parameters", []) + _undeclared_parameters(operation)
        paths.setdefault(operation.path, {})[operation.method.lower()] = _prefixed(declared, prefix)
        _add_components(operation.document, prefix, raw, schemas)
    return {
        "openapi": "3.0.0",
        "info": {"title": "LeadConnector", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": schemes},
    }


def _undeclared_parameters(operation: Operation) -> List[Dict[str, Any]]:
    """Declarations of the template's parameters that the operation lacks."""
    declared = {
        each["name"]
        for each in map(operation.document.resolve, operation.raw.get("parameters", []))
        if each["in"] == "path"
    }
    names = [name for name in re.findall(r"\{([^}]*)\}", operation.path) if name not in declared]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _add_schemes(document: Document, prefix: str, schemes: Dict[str, Any]) -> None:
    for name, scheme in document.content["components"]["securitySchemes"].items():
        if scheme.get("type") == "http":
            scheme = {key: value for key, value in scheme.items() if key not in ("name", "in")}
        schemes[prefix + name] = scheme


def _add_components(document: Document, prefix: str, node: Any, schemas: Dict[str, Any]) -> None:
    """Adds every component that `node` refers to, however indirectly."""
    for reference in sorted(_references(node)):
        name = reference.split("/")[-1]
        if prefix + name not in schemas:
            component = document.content["components"]["schemas"][name]
            schemas[prefix + name] = _prefixed(copy.deepcopy(component), prefix)
            _add_components(document, prefix, component, schemas)


def _references(node: Any) -> Set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(_references, node.values()))
    return set().union(*map(_references, node)) if isinstance(node, list) else set()


def _prefixed(node: Any, prefix: str) -> Any:
    """The node with every `$ref` led to the prefixed component, and what keeps Prism from checking bodies corrected.

    Without a message Prism accepts any body whose schema it cannot compile: one with an unknown type (`any`), with a
    value twice in an enum, or with `examples` that are no list. The self-test would see another such case.
    """
    if isinstance(node, list):
        return [_prefixed(each, prefix) for each in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key == "type" and value == "any" or key == "examples" and isinstance(value, dict):
            continue
        if key == "$ref" and isinstance(value, str):
            value = "#/components/schemas/" + prefix + value.split("/")[-1]
        elif key == "enum" and isinstance(value, list):
            value = [each for index, each in enumerate(value) if each not in value[:index]]
        out[key] = _prefixed(value, prefix)
    return out
