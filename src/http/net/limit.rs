//! Time limits of single steps.

use std::future::Future;
use std::time::Duration;

/// Runs `work` within the limit, if there is one; no timer is armed for what is ready at once.
pub(crate) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        None => Some(work.await),
        Some(limit) => tokio::time::timeout(limit, work).await.ok(),
    }
}
