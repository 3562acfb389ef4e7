//! `--metrics-port`: the page that Prometheus scrapes, on a port of its own. Scrapes are answered between ticks by
//! the service thread, from the last tick of the run.
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::trace;

use crate::connections::{self, Limits};
use crate::run::{Notifications, Output, OutputError, RunHandle};
use rlocust_core::model::Tick;
use rlocust_stats::report::prometheus;

/// The page and its listener.
pub struct MetricsPage {
    listener: Option<TcpListener>,
    address: SocketAddr,
    ticks: watch::Receiver<Arc<Tick>>,
}

impl MetricsPage {
    /// Listens on `host` at once, on this machine alone when it is empty; port 0 is any free one.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn bind(host: &str, port: u16, run: &RunHandle) -> io::Result<Self> {
        let host = if host.is_empty() { "127.0.0.1" } else { host };
        let listener = TcpListener::bind((host, port))?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            address: listener.local_addr()?,
            listener: Some(listener),
            ticks: run.ticks(),
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    fn router(&self) -> Router {
        let ticks = self.ticks.clone();
        let page = move || async move {
            trace!(target: "rlocust::output", "metrics page read");
            let tick = Arc::clone(&ticks.borrow());
            (
                [(CONTENT_TYPE, prometheus::CONTENT_TYPE)],
                prometheus::page(&tick),
            )
        };
        Router::new().route("/metrics", get(page))
    }
}

impl Output for MetricsPage {
    fn begin(&mut self, runtime: &Handle, _: &Notifications) -> Result<(), OutputError> {
        let Some(listener) = self.listener.take() else {
            return Ok(());
        };
        let _context = runtime.enter();
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.map_err(OutputError::with("metrics page".as_ref()))?;
        let router = self.router();
        // Ends with the runtime, which ends with the service thread.
        runtime.spawn(connections::serve(listener, router, Limits::PAGE, None));
        Ok(())
    }

    /// Scrapes read the published ticks.
    fn tick(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
        Ok(())
    }

    fn finish(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Ended, Run};
    use rlocust_core::model::Conclusion;
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};
    use rlocust_testing::waiting::{DEADLINE, wait_until};
    use std::io::{Read as _, Write as _};

    #[test]
    fn a_scrape_gets_the_figures_of_the_last_tick() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        recorder.log_request("GET", "/shown", Some(1.0), 1, None);
        let run = Run::new(recorder, || ());
        let mut service = run.service();
        let page = MetricsPage::bind("127.0.0.1", 0, &run.handle()).expect("a port is free");
        let address = page.address();
        service.add(Box::new(page));
        let mut running = service.start().expect("a thread can be started");
        wait_until("there was a tick", || running.ticks() > 0);
        let mut stream = std::net::TcpStream::connect(address).expect("it listens");
        let ask = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(ask).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(prometheus::CONTENT_TYPE), "{answer}");
        let line = "rlocust_requests_total{method=\"GET\",name=\"/shown\"} 1";
        assert!(answer.contains(line), "{answer}");
        assert!(
            answer.contains("rlocust_generator_memory_bytes"),
            "{answer}"
        );
        running.finish(run.conclude(&run.tick(), Conclusion::default()));
        assert_eq!(running.wait(DEADLINE), Some(Ended::Complete));
    }
}
