//! The opportunities tools.

use super::custom_fields::{CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS};
use super::{Hints, Tool};
use crate::leadconnector::opportunities::{GetOpportunity, GetPipelines, SearchOpportunity, UpdateOpportunity};

pub fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<SearchOpportunity>(
            "opportunities_search-opportunity",
            "Search opportunities",
            Hints::READ,
            "Search opportunities (deals). Results are large: use fields or a small limit.",
        )
        .describe("/properties/pipeline_id", "From opportunities_get-pipelines")
        .describe("/properties/pipeline_stage_id", "From opportunities_get-pipelines"),
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
            "Get an opportunity (deal).",
        ),
        Tool::new::<UpdateOpportunity>(
            "opportunities_update-opportunity",
            "Update an opportunity",
            Hints::WRITE.destructive(),
            "Update an opportunity: move it to another stage, mark it won or lost, set its value. Omitted fields stay unchanged.",
        )
        .describe("/properties/pipelineStageId", "Move to this stage, from opportunities_get-pipelines")
        .describe(CUSTOM_FIELD_ID, FROM_CUSTOM_FIELDS),
    ]
}
