//! Work that would hold a worker of the runtime for long is done on a thread of its own.

use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock};
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

/// The least size of an answer, in bytes, that is worth a thread: reading one takes about 5 ms a megabyte, and handing it
/// over and back some 20 µs. Ordinary answers have some kilobytes.
const LARGE: usize = 128 << 10;

/// How many such threads may run at once: half of the processors, so that the workers keep the rest. One more waits, and
/// holds no worker meanwhile.
static PERMITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new((processors / 2).max(1)))
});

/// Does work on so many bytes: here if they are few, else on another thread. A panic comes back as one.
pub async fn off_worker<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    if bytes < LARGE {
        return work();
    }
    // It is never closed.
    let permit = PERMITS.clone().acquire_owned().await;
    let work = tokio::task::spawn_blocking(move || {
        // Until the work is done, also where nobody waits for it any more.
        let _permit = permit;
        work()
    });
    match work.await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(done) => done,
        Err(Ok(panic)) => resume_unwind(panic),
        // The runtime is going down, and this task with it.
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
    async fn only_large_work_leaves_the_worker() {
        let here = thread::current().id();
        assert_eq!(off_worker(LARGE - 1, || thread::current().id()).await, here);
        assert_ne!(off_worker(LARGE, || thread::current().id()).await, here);
    }

    #[tokio::test]
    async fn a_panic_comes_back() {
        let panics = off_worker(LARGE, || -> () { std::panic::panic_any(7) });
        let panic = AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&7));
    }
}
