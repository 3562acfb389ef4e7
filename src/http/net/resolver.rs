//! The system's resolver. It blocks, so each question has a thread of its own, of which there are so many at a time. A
//! machine that grants no thread fails that question alone.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

use super::resolver_fault::{fault, resolver_fault};
use crate::http::errors::error::HttpError;

const MOST_THREADS: usize = 512;

/// What it says of a host; never no address.
pub(crate) type Found = Result<Arc<[IpAddr]>, HttpError>;

type StartThread = fn(Box<dyn FnOnce() + Send>) -> io::Result<()>;

pub(crate) struct Resolver {
    turns: Semaphore,
    start_thread: StartThread,
}

impl Default for Resolver {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(MOST_THREADS),
            start_thread,
        }
    }
}

impl Resolver {
    pub(crate) async fn ask(&self, host: String) -> Found {
        let _turn = self.turns.acquire().await;
        let (answer, answered) = oneshot::channel();
        // Whoever asked may have gone meanwhile.
        let work = move || drop(answer.send(addresses_of(&host)));
        match (self.start_thread)(Box::new(work)) {
            Ok(()) => answered
                .await
                .unwrap_or_else(|_| Err(fault(-11, "System error"))),
            Err(error) => Err(fault(
                -3,
                &format!("no thread for the name lookup: {error}"),
            )),
        }
    }
}

fn start_thread(work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("rlocust-dns".to_owned());
    thread.spawn(work).map(drop)
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
        let mut resolver = Resolver {
            start_thread: |_| Err(io::ErrorKind::WouldBlock.into()),
            ..Resolver::default()
        };
        let refused = resolver.ask("localhost".to_owned()).await;
        let Err(HttpError::Resolve { code: -3, text }) = refused else {
            panic!("{refused:?}");
        };
        assert!(text.starts_with("no thread"), "{text}");
        resolver.start_thread = start_thread;
        assert!(resolver.ask("localhost".to_owned()).await.is_ok());
    }
}
