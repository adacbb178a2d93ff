//! Moves work that would block a runtime worker for long to a separate thread.

use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

/// The size from which on work is worth a thread, in bytes: parsing a response takes about 5 ms per megabyte, and handing it
/// over and back about 20 µs. Ordinary responses have some kilobytes.
const MIN_OFFLOAD_BYTES: usize = 128 << 10;

/// Limits the threads that run at once to half of the processors, so that the workers keep the other half. Further work
/// waits, without blocking a worker.
static PERMITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new((processors / 2).max(1)))
});

/// Runs work on `bytes` bytes: in this task if they are few, otherwise on another thread. A panic is propagated.
pub async fn off_worker<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if bytes < MIN_OFFLOAD_BYTES {
        return work();
    }
    // The semaphore is never closed.
    let permit = PERMITS.clone().acquire_owned().await;
    let work = tokio::task::spawn_blocking(move || {
        // Held until the work is done, even if its result is no longer awaited.
        let _permit = permit;
        work()
    });
    match work.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => resume_unwind(panic),
        // The runtime is shutting down, and this task with it.
        Err(Err(_)) => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;
    use std::thread;

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn only_large_work_is_moved_to_another_thread() {
        let here = thread::current().id();
        assert_eq!(off_worker(MIN_OFFLOAD_BYTES - 1, || thread::current().id()).await, here);
        assert_ne!(off_worker(MIN_OFFLOAD_BYTES, || thread::current().id()).await, here);
    }

    #[tokio::test]
    async fn a_panic_is_propagated() {
        let panics = off_worker(MIN_OFFLOAD_BYTES, || -> () { std::panic::panic_any(7) });
        let panic = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&7));
    }
}
