//! The contacts and their tasks. The submodule has their notes.

pub mod notes;

use serde_json::{Value, json};

use super::{DAYS, contact_id, inspection_day, pick, user_id};
use crate::sandbox::LOCATION;
use crate::sandbox::clock::{Calendar, TIME_ZONE_NAME};
use crate::sandbox::time::iso;
use crate::sandbox::well_known::{CHOICE_FIELD, TEXT_FIELD, id};

/// How many contacts there are: more than fit on the largest page.
pub const COUNT: u32 = 120;

/// First name, last name, the start of the email address, city, country. The index is the contact's number.
const PEOPLE: [(&str, &str, &str, &str, &str); 45] = [
    ("Rosa", "Deo", "rosa", "Portland", "US"),
    ("Amelia", "Hart", "amelia.hart", "Portland", "US"),
    ("Søren", "Kjærgård", "soren.kjaergard", "Aarhus", "DK"),
    ("José", "Núñez", "jose.nunez", "Sevilla", "ES"),
    ("Zoë", "Müller-Lüdenscheidt", "zoe.mueller", "Köln", "DE"),
    ("Łukasz", "Żółkowski", "lukasz.zolkowski", "Łódź", "PL"),
    ("美咲", "田中", "misaki.tanaka", "大阪", "JP"),
    ("Ольга", "Иванова", "olga.ivanova", "Рига", "LV"),
    ("مريم", "الحداد", "maryam.alhaddad", "عمّان", "JO"),
    ("Siobhán", "O'Connor", "siobhan.oconnor", "Galway", "IE"),
    ("Nguyễn", "Thị Hoa", "hoa.nguyen", "Huế", "VN"),
    ("Grace", "Adeyemi", "grace.adeyemi", "Boston", "US"),
    ("Victor", "Blake", "victor.blake", "Augusta", "US"),
    ("Chloe", "Bergeron", "chloe.bergeron", "Lewiston", "US"),
    ("Peter", "Novak", "peter.novak", "Bangor", "US"),
    ("Hannah", "Whitfield", "hannah.whitfield", "Salem", "US"),
    ("Marcus", "Reed", "marcus.reed", "Concord", "US"),
    ("Elif", "Yıldız", "elif.yildiz", "İzmir", "TR"),
    ("Daniel", "Okafor", "daniel.okafor", "Boston", "US"),
    ("Ingrid", "Sørbø", "ingrid.sorbo", "Bergen", "NO"),
    ("Tom", "Baker", "tom.baker", "Portsmouth", "US"),
    ("Lena", "Fischer", "lena.fischer", "Graz", "AT"),
    ("Omar", "Haddad", "omar.haddad", "Dearborn", "US"),
    ("Julia", "Stone", "julia.stone", "Rockland", "US"),
    ("Kenji", "Mori", "kenji.mori", "Seattle", "US"),
    ("Bianca", "Rossi", "bianca.rossi", "Torino", "IT"),
    ("Samuel", "Price", "samuel.price", "Camden", "US"),
    ("Nora", "Lund", "nora.lund", "Oslo", "NO"),
    ("Isaac", "Cole", "isaac.cole", "Bath", "US"),
    ("Fatima", "Zahra", "fatima.zahra", "Rabat", "MA"),
    ("George", "Paterson", "george.paterson", "Perth", "GB"),
    ("Wei", "Zhang", "wei.zhang", "Vancouver", "CA"),
    ("Alice", "Moreau", "alice.moreau", "Montréal", "CA"),
    ("Ben", "Carter", "ben.carter", "Nashua", "US"),
    ("Clara", "Jensen", "clara.jensen", "Odense", "DK"),
    ("Dmitri", "Petrov", "dmitri.petrov", "Varna", "BG"),
    ("Eva", "Horváth", "eva.horvath", "Pécs", "HU"),
    ("Felix", "Braun", "felix.braun", "Bremen", "DE"),
    ("Gina", "Lopez", "gina.lopez", "Worcester", "US"),
    ("Hugo", "Almeida", "hugo.almeida", "Porto", "PT"),
    ("Iris", "Vandenberg", "iris.vandenberg", "Gent", "BE"),
    ("Jack", "Murray", "jack.murray", "Dover", "US"),
    ("Kavya", "Menon", "kavya.menon", "Kochi", "IN"),
    ("Liam", "Byrne", "liam.byrne", "Cork", "IE"),
    ("Mona", "Eriksson", "mona.eriksson", "Malmö", "SE"),
];

/// Four a day, the oldest first. Three of one import share their date.
pub fn contacts(days: &Calendar) -> Vec<Value> {
    (0..COUNT).map(|number| contact(number, days)).collect()
}

/// The day on which a contact was added. Rosa called four days before the inspection.
pub fn added_day(number: u32, days: &Calendar) -> i32 {
    if number == 0 { inspection_day(days) - 4 } else { (0..DAYS).nth(number as usize / 4).unwrap_or(DAYS) - DAYS }
}

/// The contacts of one import.
fn is_imported(number: u32) -> bool {
    (60..=62).contains(&number)
}

fn added_at(number: u32, days: &Calendar) -> i64 {
    let hour = if number == 0 || is_imported(number) { 13 } else { pick(&[9, 11, 13, 15], number) };
    days.at(added_day(number, days), hour, 0)
}

/// The person with a number: one of the list, then combinations of their first and last names.
fn person(number: u32) -> (&'static str, &'static str, String, &'static str, &'static str) {
    if let Some((first, last, address, city, country)) = PEOPLE.get(number as usize) {
        return (first, last, (*address).to_owned(), city, country);
    }
    // Without the first ones, so that a search for their names finds each of them alone.
    let others = &PEOPLE[11..];
    let (first, _, address, ..) = others[number as usize % others.len()];
    let (_, last, _, city, country) = others[(number as usize * 7 + number as usize / others.len()) % others.len()];
    (first, last, format!("{address}.{number}"), city, country)
}

fn contact(number: u32, days: &Calendar) -> Value {
    let (first, last, address, city, country) = person(number);
    let date_added = iso(added_at(number, days));
    let mut contact = json!({
        "id": contact_id(number),
        "locationId": LOCATION,
        "firstName": first,
        "lastName": last,
        "type": if number.is_multiple_of(3) { "customer" } else { "lead" },
        "source": if is_imported(number) { "csv import" } else { pick(&["phone call", "website form", "referral"], number) },
        "assignedTo": user_id(number),
        "city": city,
        "country": country,
        "timezone": TIME_ZONE_NAME,
        "dnd": false,
        "tags": tags(number),
        "customFields": custom_fields(number),
        "followers": [],
        "dateAdded": date_added,
        "dateUpdated": date_added,
    });
    // A few have no email, a few no phone, and one must not be written to.
    if number % 11 != 5 {
        contact["email"] = format!("{address}@example.com").into();
    }
    if number == 0 {
        contact["phone"] = "+18885550101".into();
        contact["dateOfBirth"] = "1990-09-25".into();
        contact["address1"] = "3 Pine Lane".into();
        contact["postalCode"] = "04102".into();
    } else if number % 13 != 7 {
        contact["phone"] = format!("+15550100{number:03}").into();
    }
    if number % 5 == 4 {
        contact["companyName"] = format!("{last} & Co").into();
        contact["website"] = format!("https://{address}.example").into();
    }
    if number == 12 {
        contact["dnd"] = true.into();
    }
    contact
}

fn tags(number: u32) -> Vec<&'static str> {
    match number {
        0 => vec!["customer", "roof"],
        _ if number % 4 == 2 => vec![],
        _ => vec![pick(&["lead", "newsletter", "vip"], number), pick(&["roof", "gutter"], number / 3)],
    }
}

fn custom_fields(number: u32) -> Vec<Value> {
    let mut fields = vec![json!({ "id": TEXT_FIELD, "value": format!("HR-{:05}", 20_400 + number) })];
    if number.is_multiple_of(2) {
        fields.push(json!({ "id": CHOICE_FIELD, "value": pick(&["Shingle", "Slate", "Metal"], number) }));
    }
    if number.is_multiple_of(3) {
        fields.push(json!({ "id": id("field", 1), "value": ["Gutters", "Solar"] }));
    }
    if number % 5 == 1 {
        fields.push(json!({ "id": id("field", 2), "value": 1950 + number }));
    }
    fields
}

/// Rosa has two tasks, every fourth of the others one.
pub fn tasks(days: &Calendar) -> Vec<Value> {
    let task = |number: u32, contact: u32, title: &str, day: i32| {
        json!({
            "id": id("task", number),
            "title": title,
            "body": format!("{title}, and note the result."),
            "assignedTo": user_id(contact),
            "dueDate": iso(days.at(day, 15, 0)),
            "completed": day < 0,
            "contactId": contact_id(contact),
        })
    };
    let mut tasks = vec![task(0, 0, "Send the proposal", 1), task(1, 0, "Measure the roof", inspection_day(days))];
    tasks.extend((1..COUNT).step_by(4).map(|contact| {
        let day = (-6..8).nth(contact as usize % 14).unwrap_or(0);
        let title = pick(
            &["Call back", "Send the colour chart", "Order the slates", "Check the insurance papers"],
            contact / 4,
        );
        task(contact + 1, contact, title, day.max(added_day(contact, days) + 1))
    }));
    tasks
}
