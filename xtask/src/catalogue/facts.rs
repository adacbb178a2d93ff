//! The facts of one operation, from its document and the overlay.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::documents::{Documents, Operation};
use super::overlay::{Entry, Overlay};
use super::scopes;
use super::shapes::{Shapes, any};

/// Reads the facts of one operation.
pub struct Reader<'a> {
    operation: &'a Operation,
    documents: &'a Documents,
    shapes: Shapes<'a>,
}

/// The shapes of an operation's parameters, as objects.
type Parameters = Vec<Map<String, Value>>;

/// The parts of a request.
const PLACES: [&str; 4] = ["path", "query", "header", "body"];

impl<'a> Reader<'a> {
    pub fn new(
        operation: &'a Operation,
        documents: &'a Documents,
        irregularities: &'a mut BTreeMap<&'static str, usize>,
    ) -> Self {
        let shapes = Shapes { document: documents.of(operation), irregularities };
        Self { operation, documents, shapes }
    }

    /// The operation's line in the catalogue.
    ///
    /// # Errors
    ///
    /// An irregularity without a rule, or an entry of the overlay that changes nothing.
    pub fn line(&mut self, overlay: &Overlay, entry: &Entry) -> Result<Value, String> {
        let operation = self.operation;
        let (body, mut parameters) = self.parameters()?;
        Self::correct(&mut parameters, entry)?;
        separate_names(&mut parameters);
        for (path, description) in &entry.arguments {
            let target = find(&mut parameters, path)
                .ok_or_else(|| format!("the overlay describes {path:?}, which is no argument"))?;
            target.insert("description".to_owned(), description.clone().into());
        }
        let body = match (&entry.body, body) {
            (Some(corrected), Some(documented)) if corrected == documented => {
                return Err("body of the overlay changes nothing".to_owned());
            }
            (corrected, documented) => corrected.as_deref().or(documented),
        };
        let (version, is_assumed) = self.version(overlay, entry)?;
        let (scope, token) = self.security(entry)?;
        let mut flags = entry.flags.clone();
        if operation.value["deprecated"] == true {
            flags.push("deprecated".to_owned());
        }
        match token {
            "agency" => flags.push("agency token".to_owned()),
            "oauth" => flags.push("OAuth token".to_owned()),
            _ => {}
        }
        if scope.is_none() {
            flags.push("scope not documented".to_owned());
        }
        if is_assumed {
            flags.push("version assumed".to_owned());
        }
        let paging = entry.paging.clone().or_else(|| paging(operation, &parameters));
        Ok(super::tidy(json!({
            "name": operation.name(),
            "service": operation.service,
            "aliases": entry.aliases,
            "documents": operation.edition.name(),
            "title": entry.title,
            "summary": entry.summary,
            "phrases": entry.phrases,
            "kind": entry.kind,
            "flags": flags,
            "unavailable": entry.unavailable,
            "method": operation.method,
            "path": operation.path,
            "version": version,
            "scope": scope,
            "body": body,
            "answer": entry.answer,
            "paging": paging,
            "parameters": parameters,
        })))
    }

    /// The form of the body, if there is one, and all parameters: those of path and query, then the fields of the body.
    fn parameters(&mut self) -> Result<(Option<&'static str>, Parameters), String> {
        let mut parameters: Vec<Map<String, Value>> = Vec::new();
        let declared: Vec<Value> = self.operation.value["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in &declared {
            let parameter = self.shapes.flat(parameter)?;
            let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
            let (name, place) = (text("name"), text("in"));
            if !PLACES.contains(&place) {
                return Err(format!("the parameter {name:?} is in {place:?}, which has no rule"));
            }
            // The gateway sends these two itself.
            if place == "header" && ["authorization", "version"].contains(&name.to_ascii_lowercase().as_str()) {
                continue;
            }
            if parameters.iter().any(|known| known["name"] == name && known["in"] == place) {
                return Err(format!("the parameter {name:?} is declared twice in the {place}"));
            }
            let schema = if parameter.contains_key("anyOf") {
                Value::Object(without_place(&parameter))
            } else {
                parameter.get("schema").cloned().unwrap_or_else(any)
            };
            let mut shape = self.shapes.shape(&schema).map_err(|problem| format!("{name}: {problem}"))?;
            let of_schema = schema.as_object().cloned().unwrap_or_default();
            self.shapes.add_time_format(name, &[&parameter, &of_schema], &mut shape);
            shape.insert("name".to_owned(), name.into());
            shape.insert("in".to_owned(), place.into());
            if place == "path" || parameter.get("required") == Some(&Value::Bool(true)) {
                shape.insert("required".to_owned(), true.into());
            }
            match (parameter.get("style").and_then(Value::as_str), parameter.get("explode")) {
                (None | Some("form"), Some(Value::Bool(false))) => drop(shape.insert("comma".to_owned(), true.into())),
                (None | Some("form"), _) => {}
                (Some(style), _) => {
                    return Err(format!("the parameter {name:?} has the style {style:?}, which has no rule"));
                }
            }
            parameters.push(shape);
        }
        self.complete_path(&mut parameters)?;
        let body = self.body(&mut parameters)?;
        Ok((body, parameters))
    }

    /// Adds the parameters that stand only in the path's template, and puts those of the path first, in their order.
    fn complete_path(&mut self, parameters: &mut Vec<Map<String, Value>>) -> Result<(), String> {
        let names: Vec<&str> =
            self.operation.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect();
        if self.operation.path.matches('{').count() != names.len() {
            return Err("the path has a parameter that is not a whole segment".to_owned());
        }
        for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
            if !names.iter().any(|name| parameter["name"] == *name) {
                return Err(format!("the path parameter {} is not in the path", parameter["name"]));
            }
        }
        for name in &names {
            if !parameters.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == *name) {
                self.count("a path parameter is not declared: text");
                let shape = json!({ "name": name, "in": "path", "required": true, "type": "string" });
                parameters.extend(shape.as_object().cloned());
            }
        }
        let position = |parameter: &Map<String, Value>| {
            let index = names.iter().position(|name| parameter["in"] == "path" && parameter["name"] == *name);
            index.unwrap_or(names.len())
        };
        parameters.sort_by_key(position);
        Ok(())
    }

    /// Adds the fields of the body. Returns its form.
    fn body(&mut self, parameters: &mut Vec<Map<String, Value>>) -> Result<Option<&'static str>, String> {
        let Some(body) = self.operation.value.get("requestBody") else { return Ok(None) };
        let body = self.shapes.flat(body)?;
        let content = body.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
        let mut types = content.into_iter();
        let (Some((content_type, media)), None) = (types.next(), types.next()) else {
            return Err("the body does not have exactly one content type".to_owned());
        };
        let form = match content_type.as_str() {
            "application/json" => "json",
            "application/x-www-form-urlencoded" => "form",
            "multipart/form-data" => "multipart",
            other => return Err(format!("the content type {other:?} has no rule")),
        };
        let schema = self.shapes.flat(&media["schema"])?;
        let is_object = schema.get("type").is_none_or(|kind| kind == "object")
            && !schema.contains_key("oneOf")
            && !schema.contains_key("anyOf");
        if !is_object || (schema.get("properties").is_none() && schema.get("type").is_none()) {
            self.count("the body is no object: one argument named body");
            let mut shape = self.shapes.shape(&Value::Object(schema))?;
            shape.insert("name".to_owned(), "body".into());
            shape.insert("in".to_owned(), "body".into());
            shape.insert("required".to_owned(), true.into());
            parameters.push(shape);
            return Ok(Some("bare"));
        }
        for property in self.shapes.properties(&schema)? {
            let Value::Object(mut property) = property else { continue };
            property.insert("in".to_owned(), "body".into());
            parameters.push(property);
        }
        Ok(Some(form))
    }

    /// Applies the overlay's corrections of parameters.
    fn correct(parameters: &mut Parameters, entry: &Entry) -> Result<(), String> {
        for (path, correction) in &entry.parameters {
            let Value::Object(correction) = correction else { return Err(format!("parameters.{path} is no table")) };
            if let Some(known) = find(parameters, path) {
                let before = known.clone();
                for (key, value) in correction {
                    if *value == Value::Bool(false) || value == "" {
                        known.remove(key);
                    } else {
                        known.insert(key.clone(), value.clone());
                    }
                }
                if *known == before {
                    return Err(format!("parameters.{path} of the overlay changes nothing"));
                }
            } else if correction.contains_key("in") && correction.contains_key("type") {
                let mut added = correction.clone();
                added.insert("name".to_owned(), path.clone().into());
                parameters.push(added);
            } else {
                return Err(format!(
                    "parameters.{path} of the overlay is no argument; a new one needs `in` and `type`"
                ));
            }
        }
        Ok(())
    }

    /// The version to send, and whether it is assumed because the document names none.
    fn version(&mut self, overlay: &Overlay, entry: &Entry) -> Result<(String, bool), String> {
        let parameters = self.operation.value["parameters"].as_array().cloned().unwrap_or_default();
        let mut declared = Vec::new();
        for parameter in &parameters {
            let parameter = self.shapes.flat(parameter)?;
            let is_version =
                parameter.get("name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case("version"));
            if is_version && parameter.get("in") == Some(&json!("header")) {
                declared.extend(parameter["schema"]["enum"].as_array().cloned().unwrap_or_default());
            }
        }
        let assumed = entry.version.as_ref().or_else(|| overlay.version(&self.operation.service));
        match (&declared[..], assumed) {
            ([Value::String(version)], None) => Ok((version.clone(), false)),
            ([Value::String(version)], Some(_)) if entry.version.is_none() => Ok((version.clone(), false)),
            ([Value::String(version)], Some(overlaid)) if version == overlaid => {
                Err("version of the overlay changes nothing".to_owned())
            }
            ([], None) => Err("the document declares no Version: the overlay must".to_owned()),
            (_, Some(version)) => Ok((version.clone(), true)),
            (several, None) => Err(format!("the document declares {} versions", several.len())),
        }
    }

    /// The scope, and the kind of token: `location`, `agency`, `oauth` (no Private Integration Token is accepted).
    fn security(&mut self, entry: &Entry) -> Result<(Option<String>, &'static str), String> {
        let mut scope = None;
        let mut schemes = Vec::new();
        for requirement in self.operation.value["security"].as_array().into_iter().flatten() {
            for (scheme, listed) in requirement.as_object().into_iter().flatten() {
                schemes.push(scheme.as_str());
                scope = scope.or_else(|| listed.as_array()?.first()?.as_str().map(str::to_owned));
            }
        }
        let mut token = if schemes.is_empty() { "location" } else { "oauth" };
        for scheme in &schemes {
            token = match *scheme {
                "bearer" | "Location-Access" => "location",
                "Agency-Access" if token == "oauth" => "agency",
                "Agency-Access" | "Location-Access-Only" | "Agency-Access-Only" => token,
                other => return Err(format!("the security scheme {other:?} has no rule")),
            };
        }
        let key = (self.operation.method.clone(), scopes::template(&self.operation.path));
        let page = self.documents.scopes.get(&key);
        if entry.scope.is_some() && entry.scope == scope {
            return Err("scope of the overlay changes nothing".to_owned());
        }
        if scope.is_none() && page.is_some() {
            self.count("the document names no scope, the documentation page does");
        }
        Ok((entry.scope.clone().or(scope).or_else(|| page.cloned()), token))
    }

    fn count(&mut self, rule: &'static str) {
        *self.shapes.irregularities.entry(rule).or_default() += 1;
    }
}

/// A parameter without the keys that are no part of a schema.
fn without_place(parameter: &Map<String, Value>) -> Map<String, Value> {
    let keywords = parameter.iter().filter(|(key, _)| ["anyOf", "oneOf", "allOf"].contains(&key.as_str()));
    keywords.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Two parameters of one name in different places become `query_type` and `body_type`.
fn separate_names(parameters: &mut [Map<String, Value>]) {
    let names: Vec<Value> = parameters.iter().map(|parameter| parameter["name"].clone()).collect();
    for parameter in parameters {
        let name = parameter["name"].clone();
        if names.iter().filter(|other| **other == name).count() > 1 {
            let argument =
                format!("{}_{}", parameter["in"].as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
            parameter.insert("argument".to_owned(), argument.into());
        }
    }
}

/// A parameter, or a nested field of one, by a path like `items.amount`.
fn find<'p>(parameters: &'p mut [Map<String, Value>], path: &str) -> Option<&'p mut Map<String, Value>> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    let named = |parameter: &Map<String, Value>, name: &str| {
        parameter.get("argument").or(parameter.get("name")).is_some_and(|known| *known == name)
    };
    let mut current = parameters.iter_mut().find(|parameter| named(parameter, first))?;
    for name in rest.split('.').filter(|name| !name.is_empty()) {
        current = field(current, name)?;
    }
    Some(current)
}

/// A field of an object, of the objects in a list, or of the first of several shapes that has it.
fn field<'s>(shape: &'s mut Map<String, Value>, name: &str) -> Option<&'s mut Map<String, Value>> {
    let key = ["items", "alternatives", "properties"].into_iter().find(|key| shape.contains_key(*key))?;
    match (key, shape.get_mut(key)?) {
        ("items", Value::Object(items)) => field(items, name),
        ("alternatives", Value::Array(shapes)) => {
            shapes.iter_mut().filter_map(Value::as_object_mut).find_map(|shape| field(shape, name))
        }
        (_, Value::Array(fields)) => {
            fields.iter_mut().filter_map(Value::as_object_mut).find(|field| field["name"] == name)
        }
        _ => None,
    }
}

/// How a list is paged, by the names of its parameters.
fn paging(operation: &Operation, parameters: &[Map<String, Value>]) -> Option<String> {
    let has = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name && parameter["in"] != "path");
    let scheme = match () {
        () if has("limit") && has("skip") => "skip",
        () if has("limit") && has("offset") => "offset",
        () if has("startAfterId") && has("startAfter") => "startAfter",
        () if has("page") && (has("limit") || has("pageSize") || has("pageLimit")) => "page",
        () => return None,
    };
    (operation.method == "GET" || has("skip") || has("offset") || has("page")).then(|| scheme.to_owned())
}
