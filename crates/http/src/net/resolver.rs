//! The system's resolver. It blocks, so each question has a thread of its own, of which there are so many at a time. A
//! machine that grants no thread fails that question alone.

use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;

use super::resolver_fault::{fault, resolver_fault};
use crate::errors::error::HttpError;
use rlocust_core::helpers::Helpers;

const MOST_THREADS: usize = 512;

/// What it says of a host; never no address.
pub(crate) type Found = Result<Arc<[IpAddr]>, HttpError>;

pub(crate) struct Resolver {
    threads: Helpers,
}

impl Default for Resolver {
    fn default() -> Self {
        Self {
            threads: Helpers::new("rlocust-dns", MOST_THREADS),
        }
    }
}

impl Resolver {
    pub(crate) async fn ask(&self, host: String) -> Found {
        let answered = self.threads.run(move || addresses_of(&host)).await;
        answered.unwrap_or_else(|error| {
            let text = format!("no thread for the name lookup: {error}");
            Err(fault(-3, &text))
        })
    }
}

fn addresses_of(host: &str) -> Found {
    let found = (host, 0)
        .to_socket_addrs()
        .map_err(|error| resolver_fault(&error))?;
    let addresses: Arc<[IpAddr]> = found.map(|address| address.ip()).collect();
    if addresses.is_empty() {
        Err(fault(-5, "No address associated with hostname"))
    } else {
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_machine_that_grants_no_thread_fails_that_question_alone() {
        let mut resolver = Resolver::default();
        let start_thread = resolver.threads.start_thread;
        resolver.threads.start_thread = |_, _| Err(std::io::ErrorKind::WouldBlock.into());
        let refused = resolver.ask("localhost".to_owned()).await;
        let Err(HttpError::Resolve { code: -3, text }) = refused else {
            panic!("{refused:?}");
        };
        assert!(text.starts_with("no thread"), "{text}");
        resolver.threads.start_thread = start_thread;
        assert!(resolver.ask("localhost".to_owned()).await.is_ok());
    }
}
