//! The tools of the opportunities service.

use super::{Hints, Tool};
use crate::leadconnector::opportunities::{GetOpportunity, GetPipelines, SearchOpportunity, UpdateOpportunity};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<SearchOpportunity>(
            "opportunities_search-opportunity",
            "Search opportunities",
            Hints::READ,
            "Find opportunities (deals). They are large: use fields or a small limit.",
        ),
        Tool::new::<GetPipelines>(
            "opportunities_get-pipelines",
            "Get pipelines",
            Hints::READ,
            "List the pipelines with their stages and ids.",
        ),
        Tool::new::<GetOpportunity>(
            "opportunities_get-opportunity",
            "Get an opportunity",
            Hints::READ,
            "Read an opportunity (deal).",
        ),
        Tool::new::<UpdateOpportunity>(
            "opportunities_update-opportunity",
            "Update an opportunity",
            Hints::WRITE.destructive(),
            "Change an opportunity: move it to another stage, win or lose it, set its value. Fields left out stay as they are.",
        ),
    ]
}
