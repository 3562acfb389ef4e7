//! Addresses of hosts, looked up off the I/O thread, shared by all users and kept for a while.
//! Users who ask for a host that is being looked up wait for that one answer.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::events;
use super::resolver::{Found, Resolver};
use crate::errors::error::HttpError;
use rlocust_core::clock;

/// With more answers than this the old ones are looked for, and again when there are twice as many as were left.
const FEW: usize = 256;

/// No more answers are kept, however long each may be: the older half goes.
const MOST: usize = 16 * 1024;

/// The cache, one per engine.
pub(crate) struct Dns {
    ttl: Duration,
    fixed: Vec<(String, u16, IpAddr)>,
    answers: Mutex<Answers>,
    resolver: Resolver,
}

struct Answers {
    by_host: HashMap<String, Arc<Answer>>,
    /// With so many the old ones go.
    sweep_at: usize,
}

struct Answer {
    asked: Instant,
    found: OnceCell<Found>,
}

impl Dns {
    pub(crate) fn new(ttl: Duration, fixed: Vec<(String, u16, IpAddr)>) -> Self {
        Self {
            ttl,
            fixed,
            answers: Mutex::new(Answers {
                by_host: HashMap::new(),
                sweep_at: FEW,
            }),
            resolver: Resolver::default(),
        }
    }

    /// Addresses that need no looking up: given ones in their order, or the host itself.
    pub(crate) fn known(&self, host: &str, port: u16) -> Vec<SocketAddr> {
        let given = self
            .fixed
            .iter()
            .filter(|(own, at, _)| *at == port && own.eq_ignore_ascii_case(host))
            .map(|(_, _, address)| *address);
        let mut found: Vec<SocketAddr> = given
            .map(|address| SocketAddr::new(address, port))
            .collect();
        if found.is_empty() {
            let own = host.parse().map(|address| SocketAddr::new(address, port));
            found.extend(own);
        }
        found
    }

    /// Asks for the addresses of a host, in the resolver's order; never empty.
    pub(crate) async fn look_up(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, HttpError> {
        let ask = || async {
            let began = clock::instant();
            let found = self.resolver.ask(host.to_owned()).await;
            events::resolved(host, &found, began);
            found
        };
        let addresses = self.shared(host, ask).await?;
        Ok(addresses
            .iter()
            .map(|address| SocketAddr::new(*address, port))
            .collect())
    }

    /// What `ask` says, or has said to another user. A failure goes to all who have waited for it.
    async fn shared<F>(&self, host: &str, ask: impl FnOnce() -> F) -> Found
    where
        F: Future<Output = Found>,
    {
        let answer = self.answer_for(host);
        let found = answer.found.get_or_init(ask).await.clone();
        if found.is_err() {
            self.forget(host, &answer);
        }
        found
    }

    fn answer_for(&self, host: &str) -> Arc<Answer> {
        let mut answers = self.answers.lock();
        if let Some(answer) = answers.by_host.get(host)
            && answer.asked.elapsed() < self.ttl
        {
            return Arc::clone(answer);
        }
        answers.sweep(self.ttl);
        let answer = Arc::new(Answer {
            asked: clock::instant(),
            found: OnceCell::new(),
        });
        answers.by_host.insert(host.to_owned(), Arc::clone(&answer));
        answer
    }

    /// Failures are not kept: each later call asks anew, as under Locust.
    fn forget(&self, host: &str, answer: &Arc<Answer>) {
        let mut answers = self.answers.lock();
        if answers
            .by_host
            .get(host)
            .is_some_and(|own| Arc::ptr_eq(own, answer))
        {
            answers.by_host.remove(host);
        }
    }
}

impl Answers {
    /// A suite may ask for a name of its own in each call. Who waits for an answer holds it.
    fn sweep(&mut self, ttl: Duration) {
        if self.by_host.len() < self.sweep_at {
            return;
        }
        self.by_host
            .retain(|_, answer| answer.asked.elapsed() < ttl);
        if self.by_host.len() >= MOST {
            let mut times: Vec<Instant> = self.by_host.values().map(|one| one.asked).collect();
            let (_, middle, _) = times.select_nth_unstable(MOST / 2);
            let middle = *middle;
            self.by_host.retain(|_, answer| answer.asked > middle);
        }
        self.sweep_at = (2 * self.by_host.len()).clamp(FEW, MOST);
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::net::resolver_fault::{fault, resolver_fault};

    #[tokio::test]
    async fn one_failed_lookup_answers_all_who_waited_for_it_and_is_not_kept() {
        let dns = Dns::new(Duration::from_mins(1), Vec::new());
        let asked = std::cell::Cell::new(0);
        let ask = || async {
            asked.set(asked.get() + 1);
            tokio::task::yield_now().await;
            Err(fault(-3, "Temporary failure in name resolution"))
        };
        let waiting = || dns.shared("nowhere.test", ask);
        let (one, two, three) = tokio::join!(waiting(), waiting(), waiting());
        assert!(one.is_err() && one == two && two == three);
        assert_eq!(asked.get(), 1);
        assert!(waiting().await.is_err());
        assert_eq!(asked.get(), 2);
    }

    async fn ask_for_names(dns: &Dns, count: usize) {
        for number in 0..count {
            let address: IpAddr = [127, 0, 0, 1].into();
            let ask = || async { Ok(Arc::from([address])) };
            let found = dns.shared(&format!("{number}.test"), ask).await;
            assert_eq!(found.as_deref(), Ok(&[address][..]));
        }
    }

    #[tokio::test]
    async fn answers_that_are_out_of_date_go() {
        let stale = Dns::new(Duration::ZERO, Vec::new());
        ask_for_names(&stale, 10 * FEW).await;
        assert!(stale.answers.lock().by_host.len() <= FEW);
        let fresh = Dns::new(Duration::from_mins(10), Vec::new());
        ask_for_names(&fresh, 10 * FEW).await;
        assert_eq!(fresh.answers.lock().by_host.len(), 10 * FEW);
        ask_for_names(&fresh, 2 * MOST).await;
        let answers = fresh.answers.lock();
        assert!(answers.by_host.len() <= MOST);
        let newest = format!("{}.test", 2 * MOST - 1);
        assert!(answers.by_host.contains_key(&newest));
    }

    #[test]
    fn the_resolvers_sentence_gives_the_number_that_python_shows() {
        let error =
            io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(
            resolver_fault(&error),
            fault(-2, "Name or service not known")
        );
        let error = io::Error::other(
            "failed to lookup address information: Temporary failure in name resolution",
        );
        assert_eq!(
            resolver_fault(&error),
            fault(-3, "Temporary failure in name resolution")
        );
    }
}
