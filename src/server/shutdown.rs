//! The wish that a server ends.

use tokio_util::sync::CancellationToken;

/// The wish that a server ends, shared by who has it, who serves and who tells of it. It cannot be taken back.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Asks for the end.
    pub fn begin(&self) {
        self.0.cancel();
    }

    /// Whether the end was asked for.
    pub fn has_begun(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until the end is asked for.
    pub async fn begun(&self) {
        self.0.cancelled().await;
    }
}
