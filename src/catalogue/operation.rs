//! One operation of the catalogue.

use std::sync::OnceLock;

use http::Method;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::shape::Shape;

/// One operation of the API: the facts of its document, and our words.
#[derive(Debug, Deserialize)]
pub struct Operation {
    /// `<service>_<operationId>`.
    pub name: &'static str,
    /// The service: the name of its document.
    pub service: &'static str,
    /// Other names by which it is found.
    #[serde(default)]
    pub aliases: Vec<&'static str>,
    /// The edition of the documents that describes it: `v2` or `v3`.
    pub documents: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it really does, in one line.
    pub summary: &'static str,
    /// How people ask for it.
    pub phrases: [&'static str; 3],
    /// What a call does to the data.
    pub kind: Kind,
    /// What a caller should know before a call.
    #[serde(default)]
    pub flags: Vec<Flag>,
    /// Why the gateway never runs it.
    #[serde(default)]
    pub unavailable: Option<&'static str>,
    /// The HTTP method.
    #[serde(deserialize_with = "method")]
    pub method: Method,
    /// The path template: `/contacts/{contactId}/notes`.
    pub path: &'static str,
    /// The value of the `Version` header.
    pub version: &'static str,
    /// The scope that a token needs, if it is documented.
    #[serde(default)]
    pub scope: Option<&'static str>,
    /// The form of the body, if it has one.
    #[serde(default)]
    pub body: Option<BodyForm>,
    /// What it answers with, if it is not JSON.
    #[serde(default)]
    pub answer: Option<Answer>,
    /// How its list is paged.
    #[serde(default)]
    pub paging: Option<Paging>,
    /// The parameters, parsed when they are needed: most operations are never called by a process.
    #[serde(default, rename = "parameters")]
    raw_parameters: Option<&'static RawValue>,
    #[serde(skip)]
    parameters: OnceLock<Vec<Shape>>,
}

#[cfg(test)]
impl Operation {
    /// Parses the parameters.
    ///
    /// # Errors
    ///
    /// What production code cannot report: they are no list of shapes.
    pub fn parse_parameters(&self) -> Result<Vec<Shape>, serde_json::Error> {
        self.raw_parameters.map_or(Ok(Vec::new()), |raw| serde_json::from_str(raw.get()))
    }
}

/// What a call of an operation does to the data. Each kind has its own tool, because clients ask their users by tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It changes nothing, whatever its method.
    Read,
    /// It only adds: nothing that exists is overwritten, nothing is spent, and it contacts nobody itself. Automations of the account
    /// may react to what is added, as to a tag.
    Add,
    /// It overwrites, deletes, sends or spends.
    Change,
}

/// What a caller should know of an operation before a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Flag {
    /// A customer or a team member gets something, or the public sees it.
    #[serde(rename = "reaches people")]
    ReachesPeople,
    /// It charges or spends.
    #[serde(rename = "costs money")]
    CostsMoney,
    /// Its arguments or its answer hold credentials.
    #[serde(rename = "secrets")]
    Secrets,
    /// It is made for a browser's sign-in window.
    #[serde(rename = "browser")]
    Browser,
    /// The documents advise against it.
    #[serde(rename = "deprecated")]
    Deprecated,
    /// It takes the token of an agency only.
    #[serde(rename = "agency token")]
    AgencyToken,
    /// It takes an OAuth token only, no Private Integration Token.
    #[serde(rename = "OAuth token")]
    OAuthToken,
    /// No document names the scope that it needs.
    #[serde(rename = "scope not documented")]
    ScopeNotDocumented,
    /// Its document names no `Version`: that of its service is sent.
    #[serde(rename = "version assumed")]
    VersionAssumed,
}

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyForm {
    /// A JSON object.
    Json,
    /// Any JSON value: the argument `body`.
    Bare,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
}

/// What an operation answers with, if it is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// A file.
    Binary,
    /// Plain text.
    Text,
}

/// How a list is paged: the parameters that ask for another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Paging {
    /// `limit` and `skip`.
    Skip,
    /// `limit` and `offset`.
    Offset,
    /// `page`, counted from 1.
    Page,
    /// `startAfter` and `startAfterId`, of the answer's `meta`.
    StartAfter,
    /// `searchAfter`, of the last element.
    SearchAfter,
    /// `lastMessageId`, of the answer's `messages`.
    Messages,
    /// `cursor`, the answer's `nextCursor`.
    Cursor,
    /// `pageToken`, the answer's `pagination.nextPageToken`.
    PageToken,
    /// `lastFaqId`, of the answer.
    LastFaqId,
    /// `lastKnowledgeBaseId`, of the answer's `data`.
    LastKnowledgeBaseId,
}

impl Operation {
    /// The parameters: those of the path, of the query, then the fields of the body.
    pub fn parameters(&self) -> &[Shape] {
        self.parameters.get_or_init(|| {
            let parsed = self.raw_parameters.map(|raw| serde_json::from_str(raw.get())).transpose();
            // A test parses the parameters of every operation.
            parsed.ok().flatten().unwrap_or_default()
        })
    }

    /// Whether it has a flag.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// The `operationId`: its name without the service.
    pub fn id(&self) -> &'static str {
        self.name.get(self.service.len() + 1..).unwrap_or(self.name)
    }
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Read, Self::Add, Self::Change];

    /// Its name, as in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Add => "add",
            Self::Change => "change",
        }
    }
}

impl Flag {
    /// All flags.
    pub const ALL: [Self; 9] = [
        Self::ReachesPeople,
        Self::CostsMoney,
        Self::Secrets,
        Self::Browser,
        Self::Deprecated,
        Self::AgencyToken,
        Self::OAuthToken,
        Self::ScopeNotDocumented,
        Self::VersionAssumed,
    ];

    /// Its words, as in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReachesPeople => "reaches people",
            Self::CostsMoney => "costs money",
            Self::Secrets => "secrets",
            Self::Browser => "browser",
            Self::Deprecated => "deprecated",
            Self::AgencyToken => "agency token",
            Self::OAuthToken => "OAuth token",
            Self::ScopeNotDocumented => "scope not documented",
            Self::VersionAssumed => "version assumed",
        }
    }
}

fn method<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    let name = <&str>::deserialize(deserializer)?;
    name.parse().map_err(serde::de::Error::custom)
}
