//! The do-not-disturb settings of a contact.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::super::field::{OneOf, Text};

/// Do not disturb, by channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DndSettings {
    #[serde(alias = "call", skip_serializing_if = "Option::is_none")]
    call: Option<ChannelSetting>,
    #[serde(alias = "email", skip_serializing_if = "Option::is_none")]
    email: Option<ChannelSetting>,
    #[serde(rename = "SMS", alias = "sms", alias = "Sms", skip_serializing_if = "Option::is_none")]
    sms: Option<ChannelSetting>,
    #[serde(rename = "WhatsApp", alias = "whatsapp", alias = "whatsApp", skip_serializing_if = "Option::is_none")]
    whatsapp: Option<ChannelSetting>,
    #[serde(rename = "GMB", alias = "gmb", skip_serializing_if = "Option::is_none")]
    google_business: Option<ChannelSetting>,
    #[serde(rename = "FB", alias = "fb", skip_serializing_if = "Option::is_none")]
    facebook: Option<ChannelSetting>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChannelSetting {
    status: OneOf<ChannelStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum ChannelStatus {
    Active,
    Inactive,
    Permanent,
}

/// The schema contains the setting once for all channels: three tools have it, and every copy uses context of every model.
impl JsonSchema for DndSettings {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DndSettings".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "propertyNames": { "enum": ["Call", "Email", "SMS", "WhatsApp", "GMB", "FB"] },
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "status": { "type": "string", "enum": ["active", "inactive", "permanent"] },
                    "message": { "type": "string" },
                    "code": { "type": "string" }
                },
                "required": ["status"]
            }
        })
    }
}

/// Do not disturb for incoming messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct InboundDndSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<InboundSetting>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
struct InboundSetting {
    status: OneOf<InboundStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum InboundStatus {
    Active,
    Inactive,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_channel_in_the_schema_is_accepted() {
        let schema = DndSettings::json_schema(&mut SchemaGenerator::default());
        for channel in schema.as_value()["propertyNames"]["enum"].as_array().unwrap() {
            let name = channel.as_str().unwrap();
            let given = json!({ name: { "status": "permanent" } });
            let read: DndSettings = serde_json::from_value(given.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), given);
        }
    }

    #[test]
    fn an_unknown_channel_is_rejected() {
        let error = serde_json::from_value::<DndSettings>(json!({"Fax": {"status": "active"}})).unwrap_err();
        assert!(error.to_string().contains("unknown field `Fax`"), "{error}");
    }
}
