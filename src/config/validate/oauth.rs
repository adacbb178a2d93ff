//! Validates the settings of the authorization server.

mod clients;
mod secrets;

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use url::Url;

use super::invalid;
use crate::config::layers::{Marketplace, RawSettings};
use crate::config::{
    ConfigError, InvalidPublicUrl, ListenAddress, MarketplaceSettings, OAuthSettings, OperatorKey, PublicUrl,
    SandboxDefaults,
};

/// The longest of all lifetimes: a year.
const MAX_LIFETIME: Duration = Duration::from_hours(365 * 24);

/// The longest lifetime of an access token: it cannot be revoked by itself.
const MAX_ACCESS_LIFETIME: Duration = Duration::from_hours(24);

/// The shortest lifetime of an access token: clients refresh some seconds before it ends. The sandbox may go below, to try
/// out a refresh.
const MIN_ACCESS_LIFETIME: Duration = Duration::from_mins(1);

/// The most keys: more than one is for the time of a change.
const MAX_KEYS: usize = 8;

/// The digits that the log shows of a consent's id, and the fewest that name one.
const GRANT_DIGITS: std::ops::RangeInclusive<usize> = 8..=32;

/// Validates the public URL, whether or not OAuth is on. On the sandbox it defaults to the address that is listened on.
pub fn public_url(settings: &RawSettings) -> Result<Option<PublicUrl>, ConfigError> {
    let raw = &settings.server.public_url;
    if raw.trim().is_empty() {
        let listen = settings.server.listen.parse::<ListenAddress>().ok();
        let listen = listen.filter(|_| settings.sandbox.is_some() && settings.oauth.enabled);
        return Ok(listen.map(|listen| PublicUrl::on_this_machine(listen.address)));
    }
    // Without what may be a user and a password.
    let shown = || super::without_credentials(raw);
    raw.parse().map(Some).map_err(|error: InvalidPublicUrl| invalid("server.public_url", shown(), error.to_string()))
}

/// Validates the settings of the authorization server; `None` if it is off.
pub fn validate(raw: &RawSettings, public_url: Option<PublicUrl>) -> Result<Option<OAuthSettings>, ConfigError> {
    let oauth = &raw.oauth;
    if !oauth.enabled && !oauth.direct_tokens {
        let problem = "without OAuth (oauth.enabled) the gateway would refuse every token";
        return Err(invalid("oauth.direct_tokens", "false", problem));
    }
    // What is wrong is reported even while OAuth is off.
    let any = (!oauth.enabled).then(|| PublicUrl::on_this_machine(([127, 0, 0, 1], 0).into()));
    let public_url = public_url.or(any).ok_or_else(|| {
        invalid(
            "server.public_url",
            "",
            "OAuth needs the URL at which clients reach the gateway, like https://gw.example.com",
        )
    })?;
    let keys = keys(raw)?;
    let may_register =
        oauth.registration && (oauth.known_clients || oauth.loopback || !oauth.allowed_redirects.is_empty());
    let may_have_document = oauth.client_metadata && (oauth.known_clients || !oauth.client_metadata_hosts.is_empty());
    if oauth.enabled && !may_register && !may_have_document && oauth.clients.is_empty() {
        let problem =
            "no client could connect: allow registration, documents or known clients, or list one in oauth.clients";
        return Err(invalid("oauth.registration", oauth.registration.to_string(), problem));
    }
    let access_lifetime = lifetime("oauth.access_lifetime", &oauth.access_lifetime)?;
    let shortest = if raw.sandbox.is_some() { Duration::from_secs(1) } else { MIN_ACCESS_LIFETIME };
    if !(shortest..=MAX_ACCESS_LIFETIME).contains(&access_lifetime) {
        return Err(invalid("oauth.access_lifetime", &oauth.access_lifetime, "must be from 1m to 24h"));
    }
    let refresh_idle = lifetime("oauth.refresh_idle", &oauth.refresh_idle)?;
    if refresh_idle <= access_lifetime {
        let problem = format!("must be longer than oauth.access_lifetime, which is {}", oauth.access_lifetime);
        return Err(invalid("oauth.refresh_idle", &oauth.refresh_idle, problem));
    }
    let grant_lifetime = lifetime("oauth.grant_lifetime", &oauth.grant_lifetime)?;
    if refresh_idle > grant_lifetime {
        let problem = format!("must be at most oauth.grant_lifetime, which is {}", oauth.grant_lifetime);
        return Err(invalid("oauth.refresh_idle", &oauth.refresh_idle, problem));
    }
    let settings = OAuthSettings {
        public_url,
        keys,
        allowed_redirects: clients::redirects("oauth.allowed_redirects", &oauth.allowed_redirects)?,
        known_clients: oauth.known_clients,
        loopback: oauth.loopback,
        clients: clients::clients(&oauth.clients)?,
        registration: oauth.registration,
        client_metadata: oauth.client_metadata,
        // Validated by the fetcher of documents, which knows what a host is.
        client_metadata_hosts: trimmed(&oauth.client_metadata_hosts),
        access_lifetime,
        refresh_idle,
        grant_lifetime,
        not_before: not_before(&oauth.not_before)?,
        revoked_grants: revoked_grants(&oauth.revoked_grants)?,
        direct_tokens: oauth.direct_tokens,
        token_form: oauth.token_form,
        // Validated by whoever knows what a location is.
        locations: trimmed(&oauth.locations),
        marketplace: marketplace(&raw.marketplace, raw.sandbox.as_ref())?,
    };
    if !settings.token_form && settings.marketplace.is_none() {
        let problem = "without an app at the marketplace (marketplace.client_id) no user could connect";
        return Err(invalid("oauth.token_form", "false", problem));
    }
    Ok(oauth.enabled.then_some(settings))
}

fn keys(settings: &RawSettings) -> Result<Vec<OperatorKey>, ConfigError> {
    let raw = &settings.oauth;
    let texts = secrets::read("oauth.keys", &raw.keys, "oauth.keys_file", &raw.keys_file)?;
    let (setting, value) =
        if raw.keys_file.is_empty() { ("oauth.keys", "…") } else { ("oauth.keys_file", raw.keys_file.as_str()) };
    let wrong = |problem: String| invalid(setting, value, problem);
    let mut keys: Vec<OperatorKey> = Vec::new();
    for (position, text) in texts.iter().enumerate() {
        let number = position + 1;
        let key = OperatorKey::parse(text).ok_or_else(|| {
            let problem = "is not 32 bytes in base64, as `leadconnector-mcp oauth key` prints them";
            wrong(format!("key {number} {problem} (a file with keys belongs into oauth.keys_file)"))
        })?;
        if key.is_weak() {
            return Err(wrong(format!("key {number} is not random; `leadconnector-mcp oauth key` prints one that is")));
        }
        if keys.contains(&key) {
            return Err(wrong(format!("key {number} is there twice; remove it")));
        }
        keys.push(key);
    }
    if let (true, Some(sandbox)) = (keys.is_empty(), &settings.sandbox) {
        return Ok(vec![sandbox.key.clone()]);
    }
    match keys.len() {
        0 if raw.enabled => {
            let problem = "OAuth needs a key, because one that is made at each start would end every connection; put what \
                           `leadconnector-mcp oauth key` prints here or into the file that oauth.keys_file names";
            Err(invalid(setting, if raw.keys_file.is_empty() { "" } else { value }, problem))
        }
        0..=MAX_KEYS => Ok(keys),
        _ => Err(wrong(format!("there may be at most {MAX_KEYS} keys"))),
    }
}

/// Reads a lifetime, in which a day is 24 hours.
fn lifetime(setting: &'static str, raw: &str) -> Result<Duration, ConfigError> {
    let span = raw.parse::<Span>().ok();
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let duration = duration.filter(SignedDuration::is_positive).and_then(|duration| Duration::try_from(duration).ok());
    duration
        .filter(|duration| *duration <= MAX_LIFETIME)
        .ok_or_else(|| invalid(setting, raw, "must be a duration above 0 and at most 365d, like 1h or 30d"))
}

fn not_before(raw: &str) -> Result<Option<Timestamp>, ConfigError> {
    if raw.is_empty() {
        return Ok(None);
    }
    let problem = "must be a time with an offset, like 2026-11-16T09:00:00Z";
    let time: Timestamp = raw.parse().map_err(|_| invalid("oauth.not_before", raw, problem))?;
    if time > Timestamp::now() {
        return Err(invalid("oauth.not_before", raw, "is in the future: until then nobody could connect"));
    }
    Ok(Some(time))
}

fn trimmed(list: &[String]) -> Vec<String> {
    list.iter().map(|text| text.trim().to_owned()).collect()
}

fn revoked_grants(raw: &[String]) -> Result<Vec<String>, ConfigError> {
    let id = |text: &String| {
        let text = text.trim().to_ascii_lowercase();
        (GRANT_DIGITS.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(text)
    };
    raw.iter().map(id).collect::<Option<Vec<_>>>().ok_or_else(|| {
        let problem = "each must be the id of a consent as the log shows it: 8 to 32 hexadecimal digits";
        invalid("oauth.revoked_grants", raw.join(","), problem)
    })
}

fn marketplace(
    raw: &Marketplace,
    sandbox: Option<&SandboxDefaults>,
) -> Result<Option<MarketplaceSettings>, ConfigError> {
    let secret = secrets::read(
        "marketplace.client_secret",
        &raw.client_secret,
        "marketplace.client_secret_file",
        &raw.client_secret_file,
    )?;
    let (mut client_id, mut secret) = (raw.client_id.trim().to_owned(), secret);
    if let (Some(sandbox), true, true) = (sandbox, client_id.is_empty(), secret.is_empty()) {
        let (id, own) = sandbox.marketplace;
        (client_id, secret) = (id.to_owned(), vec![own.to_owned()]);
    }
    match (client_id.is_empty(), &secret[..]) {
        (true, []) => return Ok(None),
        (true, _) => return Err(invalid("marketplace.client_id", "", "is missing: the app's secret is set")),
        (false, [_]) => {}
        (false, _) => {
            let problem = "must be one secret, the app's; or set marketplace.client_secret_file to a file with it";
            return Err(invalid("marketplace.client_secret", "…", problem));
        }
    }
    let is_id = client_id.len() <= 128 && client_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_id {
        return Err(invalid("marketplace.client_id", "…", "must be the id of the app, like 64f1…-lm0x…"));
    }
    let authorize_url: Url = raw
        .authorize_url
        .parse()
        .ok()
        .filter(|url: &Url| url.scheme() == "https" || (url.scheme() == "http" && crate::config::is_loopback(url)))
        .filter(|url| url.query().is_none() && url.fragment().is_none())
        .ok_or_else(|| {
            invalid("marketplace.authorize_url", &raw.authorize_url, "must be an https URL without a query")
        })?;
    let scopes: Vec<String> = raw.scopes.iter().map(|scope| scope.trim().to_owned()).collect();
    if scopes.iter().any(|scope| scope.is_empty() || scope.contains(char::is_whitespace)) {
        return Err(invalid(
            "marketplace.scopes",
            raw.scopes.join(","),
            "must be scopes of the app, like contacts.readonly",
        ));
    }
    let client_secret = secret.into_iter().next().unwrap_or_default().into();
    Ok(Some(MarketplaceSettings { client_id, client_secret, authorize_url, scopes }))
}
