//! The upstream's response: a contact as the API returns it, with an exact size.

use serde_json::{Value, json};

/// A realistic text of a custom field. Quotes, line ends and umlauts make it more expensive to escape JSON into JSON text.
const NOTE: &str = "Called about the roof on Pine Lane: \"two leaks, both at the chimney\".\nFrau Müller-Lüdenscheidt \
                    wants an offer by Friday — gutters included; see the photos of 12 May.";

/// One in this many fields is a note; the others are short, like most fields.
const NOTE_EVERY: usize = 4;

/// The response to `GET /contacts/{contactId}` in exactly `bytes` bytes of JSON; at least 1,500.
pub fn response(bytes: usize) -> String {
    let mut fields = Vec::new();
    loop {
        fields.push(custom_field(fields.len()));
        if contact(&fields, "").len() > bytes {
            fields.pop();
            break;
        }
    }
    let missing = bytes.saturating_sub(contact(&fields, "").len());
    contact(&fields, &"x".repeat(missing))
}

fn custom_field(number: usize) -> Value {
    let value: Value = match number % NOTE_EVERY {
        1 => NOTE.into(),
        2 => json!(["Gutters", "Solar"]),
        3 => json!(1950 + number),
        _ => format!("HR-{number:05}").into(),
    };
    json!({ "id": format!("sRrI2xmYoxXbdn{number:06}"), "value": value })
}

fn contact(custom_fields: &[Value], padding: &str) -> String {
    json!({
        "contact": {
            "id": "ocQHyuzHvysMo5N5VsXc",
            "locationId": "ve9EPM428h8vShlRW1KT",
            "firstName": "Rosa",
            "lastName": "Deo",
            "contactName": "Rosa Deo",
            "email": "rosa@example.com",
            "phone": "+18885550101",
            "type": "customer",
            "source": "website form",
            "assignedTo": "y0BeYjuRIlDwsDcOHOJo",
            "address1": "3 Pine Lane",
            "city": "Portland",
            "state": "ME",
            "postalCode": "04102",
            "country": "US",
            "companyName": format!("Deo & Söhne{padding}"),
            "website": "https://rosa.example",
            "timezone": "America/New_York",
            "dateOfBirth": "1990-09-25T00:00:00.000Z",
            "dnd": false,
            "dndSettings": {
                "SMS": { "status": "inactive", "message": "", "code": "" },
                "Email": { "status": "active", "message": "asked on the phone", "code": "103" }
            },
            "tags": ["customer", "roof", "newsletter"],
            "followers": ["sx6wyHhbFdRXh302Lunr"],
            "additionalEmails": [{ "email": "rosa.deo@example.org" }],
            "attributionSource": {
                "url": "https://rosa.example/offer?utm_source=newsletter&utm_medium=email",
                "campaign": "spring", "utmSource": "newsletter", "sessionSource": "Direct traffic"
            },
            "customFields": custom_fields,
            "dateAdded": "2025-05-12T09:30:00.000Z",
            "dateUpdated": "2025-11-03T16:04:21.512Z"
        },
        "traceId": "5b1a3a2e-9f0e-4c35-a5b4-9d3f0c2ad2f1"
    })
    .to_string()
}
