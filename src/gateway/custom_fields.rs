//! The definitions of locations' custom fields, kept for a while.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use super::call::{InternalError, NotSent};
use crate::leadconnector::locations::GetCustomFields;
use crate::leadconnector::{Client, Context, Error, LocationId, Request, Token};
use crate::tools::{Definitions, Outcome};

/// How long definitions are kept: a field that was just created is found after this at the latest.
const KEPT: Duration = Duration::from_mins(5);

/// How much memory they may take, for all callers together.
const MAX_KEPT_BYTES: u64 = 16 << 20;

/// Who may see a definition. The token is in it only as a keyed hash.
type Key = (u64, LocationId);

/// Definitions by caller and location.
#[derive(Debug)]
pub struct CustomFields {
    kept: moka::future::Cache<Key, Arc<Definitions>>,
    hash_key: RandomState,
}

impl CustomFields {
    /// None yet.
    pub fn new() -> Self {
        let size = |_: &Key, definitions: &Arc<Definitions>| u32::try_from(definitions.size()).unwrap_or(u32::MAX);
        let kept = moka::future::Cache::builder().weigher(size).max_capacity(MAX_KEPT_BYTES).time_to_live(KEPT).build();
        Self { kept, hash_key: RandomState::new() }
    }

    /// The definitions of a location, asked for with the caller's own token.
    ///
    /// # Errors
    ///
    /// What came of asking, if they did not come.
    pub async fn of(
        &self,
        client: &Client,
        token: &Token,
        location: &LocationId,
        context: &Context,
    ) -> Result<Arc<Definitions>, NotSent> {
        let key = (self.hash_key.hash_one(token), location.clone());
        let ask = async { ask(client, token, location, context).await.map(Arc::new) };
        self.kept.try_get_with(key, ask).await.map_err(|not_sent| (*not_sent).clone())
    }
}

async fn ask(client: &Client, token: &Token, location: &LocationId, context: &Context) -> Result<Definitions, NotSent> {
    let request = Request::new(&GetCustomFields::all(), Some(location.clone()))
        .map_err(|error| NotSent::Internal(InternalError::before_sending(&error)))?;
    match client.send(token, &request, context).await {
        Err(error @ (Error::Unsendable(_) | Error::Abandoned)) => {
            Err(NotSent::Internal(InternalError::before_sending(&error)))
        }
        answer => Ok(Outcome::of_lookup(&request.endpoint, answer)?),
    }
}
