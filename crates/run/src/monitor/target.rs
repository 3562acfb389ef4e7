//! The machine under test, as far as it shows them: CPU and memory from node-exporter's page, or those of one
//! process from a page any Prometheus client library serves.
use std::time::Duration;

use thiserror::Error;

use super::exposition::{Reading, readings};
use rlocust_core::model::{TargetLoad, without_user_info};

/// A page that takes longer is a page that is missing.
const PATIENCE: Duration = Duration::from_secs(2);
/// A page of node-exporter has some 200 KB; a target must not fill our memory.
const LONGEST_PAGE: usize = 8 << 20;

/// Why there are no figures of the target.
#[derive(Debug, Error)]
pub enum TargetError {
    #[error("`{url}` is not the address of a page: it must begin with http:// or https://")]
    NoUrl { url: String },
    #[error("cannot read `{url}`: {cause}")]
    Fetch { url: String, cause: String },
    #[error("`{url}` answered {status}")]
    Status { url: String, status: u16 },
    #[error("the page `{url}` is longer than {LONGEST_PAGE} bytes")]
    TooLong { url: String },
    #[error(
        "the page `{url}` shows neither `node_cpu_seconds_total` nor `process_cpu_seconds_total`"
    )]
    Unknown { url: String },
}

/// Asks one page again and again.
#[derive(Debug)]
pub struct TargetMonitor {
    /// With the password that the page may need; lines say `shown`.
    url: String,
    shown: String,
    client: reqwest::Client,
    before: Option<TargetReading>,
}

impl TargetMonitor {
    /// # Errors
    /// When this is no http or https address.
    pub fn new(url: &str) -> Result<Self, TargetError> {
        let shown = without_user_info(url).into_owned();
        let is_web = |parsed: &reqwest::Url| ["http", "https"].contains(&parsed.scheme());
        if !reqwest::Url::parse(url).is_ok_and(|parsed| is_web(&parsed)) {
            return Err(TargetError::NoUrl { url: shown });
        }
        // The client asks for the process's provider of cryptography; installing it twice is refused and harmless.
        rustls::crypto::ring::default_provider()
            .install_default()
            .unwrap_or_default();
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            .build();
        Ok(Self {
            url: url.to_owned(),
            client: client.map_err(|cause| failed(&shown, &cause))?,
            shown,
            before: None,
        })
    }

    /// Without user and password.
    pub fn shown_url(&self) -> &str {
        &self.shown
    }

    /// One page, compared with the one before: the first gives no CPU.
    pub async fn sample(&mut self) -> Result<TargetLoad, TargetError> {
        let page = self.page().await?;
        let now = TargetReading::of(&page);
        if !now.shows_cpu() {
            return Err(TargetError::Unknown {
                url: self.shown.clone(),
            });
        }
        let load = now.load_since(self.before.as_ref());
        self.before = Some(now);
        Ok(load)
    }

    async fn page(&self) -> Result<String, TargetError> {
        let answer = self.client.get(&self.url).send().await;
        let mut answer = answer.map_err(|cause| failed(&self.shown, &cause))?;
        if !answer.status().is_success() {
            return Err(TargetError::Status {
                url: self.shown.clone(),
                status: answer.status().as_u16(),
            });
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|cause| failed(&self.shown, &cause))?
        {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LONGEST_PAGE {
                return Err(TargetError::TooLong {
                    url: self.shown.clone(),
                });
            }
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn failed(url: &str, cause: &reqwest::Error) -> TargetError {
    let innermost = std::iter::successors(Some(cause as &dyn std::error::Error), |e| e.source());
    TargetError::Fetch {
        url: url.to_owned(),
        cause: innermost
            .last()
            .map_or_else(String::new, ToString::to_string),
    }
}

/// The figures of one page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TargetReading {
    /// CPU seconds of all cores, busy and idle; the machine's.
    machine: Option<(f64, f64)>,
    cores: u64,
    memory_total: Option<f64>,
    memory_available: Option<f64>,
    /// CPU seconds and resident bytes of one process, and Unix seconds of the page where it shows them.
    process_cpu: Option<f64>,
    process_memory: Option<f64>,
    taken_at: f64,
}

impl TargetReading {
    pub fn of(page: &str) -> Self {
        let mut reading = Self {
            taken_at: rlocust_core::clock::unix_seconds(),
            ..Self::default()
        };
        for line in readings(page) {
            reading.add(&line);
        }
        reading
    }

    fn add(&mut self, line: &Reading<'_>) {
        match line.name {
            "node_cpu_seconds_total" => {
                let (busy, idle) = self.machine.get_or_insert((0.0, 0.0));
                match line.label("mode") {
                    Some("idle" | "iowait") => *idle += line.value,
                    Some("guest" | "guest_nice") => {} // counted in user and nice already
                    _ => *busy += line.value,
                }
                self.cores += u64::from(line.label("mode") == Some("idle"));
            }
            "node_memory_MemTotal_bytes" => self.memory_total = Some(line.value),
            "node_memory_MemAvailable_bytes" => self.memory_available = Some(line.value),
            "process_cpu_seconds_total" => self.process_cpu = Some(line.value),
            "process_resident_memory_bytes" => self.process_memory = Some(line.value),
            _ => {}
        }
    }

    fn shows_cpu(&self) -> bool {
        self.machine.is_some() || self.process_cpu.is_some()
    }

    /// The machine's figures where the page has them, else the process's.
    pub fn load_since(&self, before: Option<&Self>) -> TargetLoad {
        let cpu_percent = before.and_then(|before| self.cpu_since(before));
        let of_machine = self.memory_total.zip(self.memory_available);
        TargetLoad {
            cpu_percent,
            cores: (self.cores > 0).then_some(self.cores),
            memory_used: match of_machine {
                Some((total, available)) => bytes_of(total - available),
                None => self.process_memory.and_then(bytes_of),
            },
            memory_total: self.memory_total.and_then(bytes_of),
        }
    }

    fn cpu_since(&self, before: &Self) -> Option<f64> {
        let (busy, whole) = match (self.machine, before.machine) {
            (Some((busy, idle)), Some((was_busy, was_idle))) => {
                (busy - was_busy, busy + idle - was_busy - was_idle)
            }
            _ => (
                self.process_cpu? - before.process_cpu?,
                self.taken_at - before.taken_at,
            ),
        };
        // A counter that went back means that the target was started anew.
        (whole > 0.0 && busy >= 0.0 && whole.is_finite()).then(|| 100.0 * busy / whole)
    }
}

/// Pages may show NaN or an infinity: that is no figure.
fn bytes_of(figure: f64) -> Option<u64> {
    (figure.is_finite() && figure >= 0.0).then_some(figure as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(busy: f64, idle: f64) -> TargetReading {
        TargetReading::of(&format!(
            "node_cpu_seconds_total{{cpu=\"0\",mode=\"user\"}} {busy}\n\
             node_cpu_seconds_total{{cpu=\"0\",mode=\"idle\"}} {idle}\n\
             node_cpu_seconds_total{{cpu=\"1\",mode=\"idle\"}} {idle}\n\
             node_cpu_seconds_total{{cpu=\"1\",mode=\"guest\"}} 99\n\
             node_memory_MemTotal_bytes 1.6e+10\nnode_memory_MemAvailable_bytes 1.2e+10\n"
        ))
    }

    #[test]
    fn cpu_is_the_busy_share_of_all_cores_between_two_pages() {
        let load = node(30.0, 100.0).load_since(Some(&node(10.0, 90.0)));
        assert_eq!(load.cpu_percent, Some(50.0));
        assert_eq!(
            (load.cores, load.memory_used),
            (Some(2), Some(4_000_000_000))
        );
    }

    #[tokio::test]
    async fn no_line_shows_the_password_of_the_page() {
        let mut monitor = TargetMonitor::new("http://user:se@cret@127.0.0.1:1/").expect("a URL");
        let error = monitor.sample().await.expect_err("nobody listens");
        assert!(
            error
                .to_string()
                .starts_with("cannot read `http://127.0.0.1:1/`")
        );
        assert_eq!(monitor.shown_url(), "http://127.0.0.1:1/");
        let refused = TargetMonitor::new("ftp://user:secret@host/").expect_err("no page");
        assert!(refused.to_string().starts_with("`ftp://host/` is not"));
    }

    #[test]
    fn a_target_started_anew_gives_no_cpu_for_one_page() {
        let load = node(1.0, 1.0).load_since(Some(&node(10.0, 90.0)));
        assert_eq!(load.cpu_percent, None);
        assert_eq!(node(1.0, 1.0).load_since(None).cpu_percent, None);
    }

    #[test]
    fn what_is_no_number_is_no_figure() {
        for odd in ["NaN", "+Inf", "-Inf", "2e10"] {
            let load = TargetReading::of(&format!(
                "node_memory_MemTotal_bytes 1e10\nnode_memory_MemAvailable_bytes {odd}\n"
            ))
            .load_since(None);
            assert_eq!(
                (load.memory_used, load.memory_total),
                (None, Some(10_000_000_000))
            );
        }
        for odd in [f64::NAN, f64::INFINITY] {
            assert_eq!(
                node(30.0, odd)
                    .load_since(Some(&node(10.0, 90.0)))
                    .cpu_percent,
                None
            );
        }
    }

    #[test]
    fn one_process_gives_its_own_share() {
        let page = |cpu: f64, at: f64| TargetReading {
            taken_at: at,
            ..TargetReading::of(&format!(
                "process_cpu_seconds_total {cpu}\nprocess_resident_memory_bytes 5e6\n"
            ))
        };
        let load = page(3.0, 12.0).load_since(Some(&page(2.0, 10.0)));
        assert_eq!(
            (load.cpu_percent, load.memory_used),
            (Some(50.0), Some(5_000_000))
        );
        assert!(!TargetReading::of("up 1").shows_cpu());
    }

    /// A server that gives one answer, with its URL.
    fn served(answer: Vec<u8>) -> String {
        use std::io::{Read as _, Write as _};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for mut peer in listener.incoming().map_while(Result::ok) {
                let mut request = [0; 4096];
                while !matches!(peer.read(&mut request), Ok(0) | Err(_)) {
                    // Whoever reads no further has seen enough.
                    peer.write_all(&answer).ok();
                }
            }
        });
        format!("http://{address}/metrics")
    }

    fn answer(status: &str, page: &[u8]) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            page.len()
        );
        [head.as_bytes(), page].concat()
    }

    async fn sampled(answer: Vec<u8>) -> Result<TargetLoad, TargetError> {
        let mut monitor = TargetMonitor::new(&served(answer)).expect("a URL");
        monitor.sample().await
    }

    #[tokio::test]
    async fn a_page_gives_figures_if_it_shows_the_use_of_cpu() {
        let page = |text: &str| answer("200 OK", text.as_bytes());
        let load = sampled(page("process_cpu_seconds_total 3\n")).await;
        assert_eq!(load.expect("a page").cpu_percent, None, "of the first");
        let other = sampled(page("process_resident_memory_bytes 3\n")).await;
        assert!(matches!(other, Err(TargetError::Unknown { .. })));
        let failed = sampled(answer("503 No", b"process_cpu_seconds_total 3\n")).await;
        assert!(matches!(
            failed,
            Err(TargetError::Status { status: 503, .. })
        ));
    }

    #[tokio::test]
    async fn the_second_page_is_compared_with_the_first() {
        let page = b"node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 3\n";
        let mut monitor = TargetMonitor::new(&served(answer("200 OK", page))).expect("a URL");
        monitor.sample().await.expect("a page");
        let before = monitor.before.as_mut().expect("it is kept");
        before.machine = Some((-1.0, 0.0));
        let load = monitor.sample().await.expect("a page");
        assert_eq!(load.cpu_percent, Some(25.0));
    }

    #[tokio::test]
    async fn a_page_may_be_as_long_as_the_limit() {
        let mut page = b"process_cpu_seconds_total 3\n#".to_vec();
        page.resize(LONGEST_PAGE, b' ');
        assert!(sampled(answer("200 OK", &page)).await.is_ok());
        page.push(b' ');
        let longer = sampled(answer("200 OK", &page)).await;
        assert!(matches!(longer, Err(TargetError::TooLong { .. })));
    }

    #[test]
    fn figures_are_there_from_nothing_on() {
        let idle = node(10.0, 100.0).load_since(Some(&node(10.0, 90.0)));
        assert_eq!(idle.cpu_percent, Some(0.0), "nothing was busy");
        assert_eq!(
            node(10.0, 90.0)
                .load_since(Some(&node(10.0, 90.0)))
                .cpu_percent,
            None
        );
        assert_eq!(bytes_of(0.0), Some(0));
        assert_eq!(bytes_of(-1.0), None);
        let page = "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} 2\n\
                    node_cpu_seconds_total{cpu=\"0\",mode=\"guest_nice\"} 9\n\
                    node_cpu_seconds_total{cpu=\"0\",mode=\"system\"} 1\n";
        let reading = TargetReading::of(page);
        assert_eq!(reading.machine, Some((1.0, 2.0)));
        assert_eq!(reading.load_since(None).cores, None);
    }
}
