//! The ids that examples and tests may rely on. Most are example ids of the published documents, so that a call copied
//! from the documentation works here once its location is replaced.
//!
//! The records belong to one person, Rosa Deo (`rosa@example.com`, `+18885550101`), who had her roof inspected.

/// Rosa Deo: two tasks, the tags `customer` and `roof`, custom fields.
pub const CONTACT: &str = "ocQHyuzHvysMo5N5VsXc";
/// Rosa's conversation: texts, an email, a call and an appointment note; her last text, of the day before the start, is unread.
pub const CONVERSATION: &str = "tDtDnQdgm2LXpyiqYvZ6";
/// "Deo residence roof": open, in [`PIPELINE`] at [`STAGE_INSPECTED`].
pub const OPPORTUNITY: &str = "yWQobCRIhRguQtD2llvk";
/// Rosa's roof inspection in [`CALENDAR`], with three notes: on a Tuesday at 14:00, 13 to 19 days before the start.
pub const APPOINTMENT: &str = "0TkCdp9PfvLeWKYRRvIz";
/// Rosa's paid order, with two items.
pub const ORDER: &str = "653f5e0cde5a1314e62a837c";
/// The payment of [`ORDER`].
pub const TRANSACTION: &str = "61dd0feac077f72010f78804";
/// Rosa's invoice over 240 dollars: sent, and not paid.
pub const INVOICE: &str = "6578278e879ad2646715ba9c";

/// "Roof inspections", one of three calendars.
pub const CALENDAR: &str = "BVTAYdjSZYZOtpp7Sfqk";
/// The group that all calendars belong to.
pub const CALENDAR_GROUP: &str = "9NkT25Vor1v4aQatFsv2";
/// Marta Lindqvist, to whom Rosa and every third contact are assigned.
pub const USER: &str = "CVokAlI8fgw4WYWoCtQz";

/// "Roofing projects", with five stages.
pub const PIPELINE: &str = "bCkKGpDsyPP4peuKowkG";
/// The second stage of [`PIPELINE`].
pub const STAGE_INSPECTED: &str = "e93ba61a-53b3-45e7-985a-c7732dbcdb69";
/// The third stage of [`PIPELINE`], the next one of Rosa's opportunity.
pub const STAGE_PROPOSAL: &str = "7915dedc-8f18-44d5-8bc3-77c04e994a10";

/// "New lead nurture", a published workflow.
pub const WORKFLOW: &str = "78559bb3-b920-461e-b010-7b2a2816d2a9";
/// "Roof inspection", a service for 150 dollars.
pub const PRODUCT: &str = "655b33a82209e60b6adb87a5";

/// "Policy number", a text for contacts.
pub const TEXT_FIELD: &str = "6dvNaf7VhkQ9snc5vnjJ";
/// "Roof material", a single choice for contacts.
pub const CHOICE_FIELD: &str = "MgobCB14YMVKuE4Ka8p1";
/// "Roof area in square metres", a number for opportunities.
pub const OPPORTUNITY_FIELD: &str = "3sv6UEo51C9Bmpo1cKTq";

/// The id of the `number`th record of a kind: 20 letters and digits, the same at every start.
pub(super) fn id(kind: &str, number: u32) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digits = scatter(kind, number).chain(scatter(kind, !number));
    digits.map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()])).take(20).collect()
}

/// The same as 24 hexadecimal digits, the form of payment ids.
pub(super) fn hex_id(kind: &str, number: u32) -> String {
    use std::fmt::Write as _;
    scatter(kind, number).take(12).fold(String::new(), |mut id, byte| {
        // Writing to a string cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// The same as a uuid, the form of pipeline stages.
pub(super) fn uuid(kind: &str, number: u32) -> String {
    let hex = hex_id(kind, number);
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[12..])
}

/// Sixteen bytes that look random (FNV-1a, then xorshift).
fn scatter(kind: &str, number: u32) -> impl Iterator<Item = u8> {
    let seed = kind.bytes().chain(number.to_be_bytes());
    let mut state =
        seed.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (0..16).map(move |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[3]
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_look_real_and_differ() {
        let ids: HashSet<String> = (0..10_000).map(|number| id("contact", number)).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| id.len() == 20 && id.bytes().all(|b| b.is_ascii_alphanumeric())));
        assert_ne!(id("contact", 1), id("task", 1));
        assert_eq!(hex_id("order", 1).len(), 24);
        assert_eq!(uuid("stage", 1).len(), 36);
    }
}
