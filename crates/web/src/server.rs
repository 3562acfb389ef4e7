//! The server: its listener, its thread, and the follower that turns ticks into events.
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::api;
use super::respond::{answer_here, respond};
use super::script::LONG;
use super::site::Site;
use rlocust_run::connections::{self, Limits};
use rlocust_run::run::{HttpAnswer, HttpRequest};

/// A change of the state is shown at once, but not more often.
const BETWEEN_STATES: Duration = Duration::from_millis(100);

/// Bytes that the heap of the web's thread has ready for a tick.
const READY: usize = 1 << 20;

/// One web interface that listens.
pub struct WebServer {
    site: Arc<Site>,
    listening: Mutex<Listening>,
}

#[derive(Default)]
struct Listening {
    bound: Option<Bound>,
    address: Option<SocketAddr>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Bound {
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
}

/// Why it cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error(transparent)]
    Address(#[from] io::Error),
    /// In one line.
    #[error("{0}")]
    Certificate(String),
}

impl WebServer {
    pub fn new(site: Arc<Site>) -> Self {
        Self {
            site,
            listening: Mutex::default(),
        }
    }

    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Listens on `host`, on every address of this machine where it is empty; port 0 is any free one. Nobody is answered
    /// before `start`. `tls` are the files of a certificate and its key.
    ///
    /// # Errors
    /// When the address cannot be had, or the certificate not be used.
    pub fn bind(
        &self,
        host: &str,
        port: u16,
        tls: Option<(&Path, &Path)>,
    ) -> Result<(), BindError> {
        let tls = tls
            .map(|(certificate, key)| encryption(certificate, key))
            .transpose()?;
        let listener = if host.is_empty() || host == "*" {
            TcpListener::bind(("::", port)).or_else(|_| TcpListener::bind(("0.0.0.0", port)))?
        } else {
            TcpListener::bind((host.trim_matches(['[', ']']), port))?
        };
        listener.set_nonblocking(true)?;
        let mut listening = self.listening.lock();
        listening.address = Some(listener.local_addr()?);
        listening.bound = Some(Bound {
            listener,
            tls: tls.map(Arc::new),
        });
        Ok(())
    }

    /// Where it listens, or did.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listening.lock().address
    }

    /// Answers from now on, by a thread of its own. Nothing without an address.
    ///
    /// # Errors
    /// When the system grants no thread or no runtime.
    pub fn start(&self) -> io::Result<()> {
        let mut listening = self.listening.lock();
        let Some(bound) = listening.bound.take() else {
            return Ok(());
        };
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (end, ending) = oneshot::channel();
        let site = Arc::clone(&self.site);
        let thread = std::thread::Builder::new()
            .name("rlocust-web".to_owned())
            .spawn(move || {
                // A listener that the runtime does not take is as if nobody had called.
                runtime.block_on(serve(site, bound, ending)).ok();
                runtime.shutdown_background();
            })?;
        listening.end = Some(end);
        listening.thread = Some(thread);
        Ok(())
    }

    /// No connection from now on; streams end.
    pub fn stop(&self) {
        let (end, thread) = {
            let mut listening = self.listening.lock();
            listening.bound = None;
            (listening.end.take(), listening.thread.take())
        };
        drop(end);
        // It has ended in any case; a panic was reported by its hook.
        thread.map(JoinHandle::join).transpose().ok();
    }

    /// What is ours to answer, here and now.
    pub fn answer(&self, request: &HttpRequest) -> HttpAnswer {
        answer_here(&self.site, request)
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn serve(site: Arc<Site>, bound: Bound, ending: oneshot::Receiver<()>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(bound.listener)?;
    tokio::spawn(ask_ahead(Arc::clone(&site)));
    let answering = Arc::clone(&site);
    let router =
        Router::new().fallback(move |request: Request| respond(Arc::clone(&answering), request));
    tokio::select! {
        () = connections::serve(listener, router, Limits::SITE, bound.tls) => {}
        () = follow(&site) => {}
        _ = ending => {}
    }
    Ok(())
}

/// So that a page that is first opened while the script computes has something to show.
async fn ask_ahead(site: Arc<Site>) {
    for name in ["_page_args", "_form"] {
        site.script.ask_or_recall(&site.run, name, &[], LONG).await;
    }
}

/// Ticks become points of the course and events; changes of the state events of their own.
async fn follow(site: &Site) {
    site.course.lock().stream();
    let (mut ticks, mut states) = (site.run.ticks(), site.run.state());
    let mut shown = ("", 0, 0);
    let (mut n, mut seen) = (0, 0);
    loop {
        tokio::select! {
            changed = ticks.changed() => {
                if changed.is_err() {
                    return;
                }
                have_memory_ready();
                let tick = Arc::clone(&ticks.borrow_and_update());
                let mut course = site.course.lock();
                course.follow(&tick);
                let Some(followed) = course.take_followed() else { continue };
                if followed.is_reset {
                    site.feed.publish(api::reset_event());
                }
                n += 1;
                if site.feed.has_viewers() {
                    site.feed.publish(api::tick_event(site, &course, &followed, n, seen));
                }
                seen = course.marks.number();
            }
            changed = states.changed() => {
                if changed.is_err() {
                    return;
                }
                let run = Arc::clone(&states.borrow_and_update());
                let now = (run.word(), run.user_count, run.target_user_count);
                if now != shown && site.feed.has_viewers() {
                    site.feed.publish(api::state_event(&run));
                    shown = now;
                    tokio::time::sleep(BETWEEN_STATES).await;
                }
            }
        }
    }
}

/// glibc lets the heap of a thread grow by as many pages as one block needs, each time by a call of the system: a tick of
/// five hundred endpoints made twenty of them. A large block, given back at once, lets it grow in one; nothing is written
/// to it, so it takes no memory.
fn have_memory_ready() {
    std::hint::black_box(Vec::<u8>::with_capacity(READY));
}

fn encryption(certificate: &Path, key: &Path) -> Result<ServerConfig, BindError> {
    let problem = |path: &Path, why: &dyn std::fmt::Display| {
        BindError::Certificate(format!(
            "cannot use `{}` for the web interface: {why}",
            path.display()
        ))
    };
    let chain =
        CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| problem(certificate, &error))?;
    if chain.is_empty() {
        return Err(problem(certificate, &"no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| problem(key, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config
        .map_err(|error| problem(certificate, &error))?
        .with_no_client_auth();
    config
        .with_single_cert(chain, private)
        .map_err(|error| problem(certificate, &error))
}
