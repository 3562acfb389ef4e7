//! The metrics page: a tick in the text format of `OpenMetrics`, which Prometheus scrapes. Counters go back to 0
//! when the statistics are reset; seconds and bytes are the units. See <https://prometheus.io/docs/specs/om/>.
mod response_times;

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

use crate::stats::shortened_error;
use rlocust_core::model::{
    EntryRow, GeneratorLoad, Lag, Phase, RunState, Snapshot, StreamRow, TargetLoad, Tick,
};

/// What the page is, for the scraper.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PERCENTILES: [(&str, f64); 4] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)];

/// The whole page.
pub fn page(tick: &Arc<Tick>) -> String {
    let mut registry = Registry::with_prefix("rlocust");
    registry.register_collector(Box::new(Figures(Arc::clone(tick))));
    let mut page = String::new();
    // Writing into a string cannot fail.
    encode_registry(&mut page, &registry).unwrap_or_default();
    response_times::write_histograms(&mut page, &tick.snapshot.entries).unwrap_or_default();
    encode_eof(&mut page).unwrap_or_default();
    page
}

#[derive(Debug)]
struct Figures(Arc<Tick>);

impl Collector for Figures {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        let mut page = Page(encoder);
        let snapshot = &self.0.snapshot;
        page.run(&self.0.run)?;
        page.entries(snapshot)?;
        page.errors(snapshot)?;
        page.phases(&snapshot.total)?;
        page.accounting(snapshot)?;
        page.lags(snapshot)?;
        page.streams(snapshot)?;
        page.generator(self.0.machines.generator.as_ref())?;
        page.target(self.0.machines.target.as_ref())
    }
}

type Labels<'a, const N: usize> = [(&'a str, &'a str); N];

struct Page<'e>(DescriptorEncoder<'e>);

impl Page<'_> {
    fn counters<'a, const N: usize>(
        &mut self,
        (name, help): (&str, &str),
        rows: impl IntoIterator<Item = (Labels<'a, N>, u64)>,
    ) -> fmt::Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in rows {
            let mut metric = family.encode_family(&labels)?;
            metric.encode_counter::<[(&str, &str); 0], _, u64>(&value, None)?;
        }
        Ok(())
    }

    fn gauges<'a, const N: usize>(
        &mut self,
        (name, help): (&str, &str),
        rows: impl IntoIterator<Item = (Labels<'a, N>, f64)>,
    ) -> fmt::Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in rows {
            if N == 0 {
                family.encode_gauge(&value)?;
            } else {
                family.encode_family(&labels)?.encode_gauge(&value)?;
            }
        }
        Ok(())
    }

    fn gauge(&mut self, about: (&str, &str), value: f64) -> fmt::Result {
        self.gauges::<0>(about, [([], value)])
    }

    fn run(&mut self, run: &RunState) -> fmt::Result {
        let classes = run.classes.iter();
        let users =
            classes.map(|class| ([("user_class", class.name.as_str())], class.running as f64));
        self.gauges(("users", "Users that run now"), users)?;
        self.gauge(
            ("users_target", "Users that were asked for"),
            run.target_user_count as f64,
        )?;
        let state = run.state.map(|state| ([("state", state.word())], 1.0));
        self.gauges(("run_state", "1 for the state the runner is in"), state)
    }

    fn entries(&mut self, snapshot: &Snapshot) -> fmt::Result {
        let rows = || snapshot.entries.iter().map(|row| (labels_of(row), row));
        let requests = rows().map(|(labels, row)| (labels, row.num_requests.max(0) as u64));
        self.counters(("requests", "Requests made"), requests)?;
        let failures = rows().map(|(labels, row)| (labels, row.num_failures.max(0) as u64));
        self.counters(("failures", "Requests that failed"), failures)?;
        let bytes = rows().map(|(labels, row)| (labels, row.total_content_length.as_f64() as u64));
        self.counters(
            ("response_bytes", "Bytes of the bodies received, decoded"),
            bytes,
        )?;
        let quantiles = rows().flat_map(|(labels, row)| {
            PERCENTILES.map(|(word, quantile)| {
                let [method, name] = labels;
                (
                    [method, name, ("percentile", word)],
                    row.exact_percentile_ms(quantile) / 1000.0,
                )
            })
        });
        let about = "Exact percentiles of the response times since the statistics began";
        self.gauges(("response_percentile_seconds", about), quantiles)?;
        let about = "Whether some of the response times came rounded, from workers of Locust's";
        self.gauge(
            ("response_times_rounded", about),
            f64::from(u8::from(snapshot.total.is_rounded)),
        )
    }

    fn errors(&mut self, snapshot: &Snapshot) -> fmt::Result {
        // What scrapers take as a label is shorter than what a row keeps.
        let mut counts: IndexMap<_, u64> = IndexMap::new();
        for row in &snapshot.errors {
            let key = (&*row.method, &*row.name, shortened_error(&row.text));
            *counts.entry(key).or_default() += row.occurrences.max(0) as u64;
        }
        let rows = counts.iter().map(|((method, name, text), count)| {
            let labels = [("method", *method), ("name", *name), ("error", &**text)];
            (labels, *count)
        });
        self.counters(("errors", "Failures by their text"), rows)
    }

    fn phases(&mut self, total: &EntryRow) -> fmt::Result {
        let known = || {
            let phases = Phase::ALL.into_iter();
            phases.filter_map(|phase| Some((phase.name(), total.phases[phase as usize].as_ref()?)))
        };
        let counts = known().map(|(word, times)| ([("phase", word)], times.count()));
        self.counters(("phase_exchanges", "Exchanges that had this phase"), counts)?;
        let quantiles = known().flat_map(|(word, times)| {
            PERCENTILES.map(|(rank, quantile)| {
                let seconds = times.quantile_us(quantile) as f64 / 1e6;
                ([("phase", word), ("percentile", rank)], seconds)
            })
        });
        self.gauges(
            ("phase_percentile_seconds", "How long the phase took"),
            quantiles,
        )
    }

    fn accounting(&mut self, snapshot: &Snapshot) -> fmt::Result {
        let sums = snapshot.accounting;
        let samples = [
            ("ok", sums.ok),
            ("failed", sums.failed),
            ("cut_not_sent", sums.cut_not_sent),
            ("cut_sent", sums.cut_sent),
            ("cut_answering", sums.cut_answering),
            ("cut_unknown", sums.cut_unknown),
            ("unreported", sums.unreported),
            ("failed_before_send", sums.failed_before_send),
        ];
        let attempts = [
            ("answered", sums.answered),
            ("failed_after_send", sums.failed_after_send),
            ("cut_after_send", sums.cut_after_send),
        ];
        let classes = |rows: &[(&'static str, u64)]| {
            rows.iter()
                .map(|(word, count)| ([("class", *word)], *count))
                .collect::<Vec<_>>()
        };
        self.counters(
            ("samples", "Every request asked for, by how it ended"),
            classes(&samples),
        )?;
        self.counters(
            (
                "attempts",
                "Every request sent, redirects and retries included, by how it ended",
            ),
            classes(&attempts),
        )?;
        self.counters::<0>(
            (
                "python_timed",
                "Samples that a Python library sent and timed, not the engine",
            ),
            [([], sums.python_timed)],
        )?;
        self.counters::<0>(
            ("fired_by_suite", "Samples that the locustfile fired itself"),
            [([], sums.fired_by_suite)],
        )?;
        self.counters::<0>(
            (
                "by_locust_workers",
                "Samples that workers of Locust's reported",
            ),
            [([], sums.by_locust_workers)],
        )?;
        self.counters::<0>(
            (
                "attempts_unknown",
                "Samples whose attempts on the wire are unknown",
            ),
            [([], sums.samples_of_unknown_attempts())],
        )
    }

    fn lags(&mut self, snapshot: &Snapshot) -> fmt::Result {
        let rows = Lag::ALL.into_iter().flat_map(|kind| {
            let lag = snapshot.lag(kind);
            [
                ("p50", lag.p50_us),
                ("p99", lag.p99_us),
                ("max", lag.max_us),
            ]
            .map(|(word, us)| {
                (
                    [("kind", kind.name()), ("percentile", word)],
                    us as f64 / 1e6,
                )
            })
        });
        let about =
            "Scheduling lag: what users waited for the generator; never part of a response time";
        self.gauges(("lag_seconds", about), rows)
    }

    /// Nothing where nobody streams: few runs do.
    fn streams(&mut self, snapshot: &Snapshot) -> fmt::Result {
        if snapshot.streams.is_empty() {
            return Ok(());
        }
        let counts = [
            ("streams", "Streamed answers that began"),
            ("stream_events", "Events of streamed answers"),
            (
                "stream_reconnections",
                "Connections that streams went on over",
            ),
            ("stream_tokens", "Tokens of streamed answers"),
        ];
        for (at, about) in counts.into_iter().enumerate() {
            let rows = snapshot.streams.iter();
            let rows = rows.map(|row| (stream_labels(row), row.counts.all()[at]));
            self.counters(about, rows)?;
        }
        let of = |is_time: bool| {
            snapshot
                .streams
                .iter()
                .flat_map(move |row| stream_figures(row, is_time))
        };
        let about = "Streams: from the request to the first byte, event or token, between events, per token";
        self.gauges(("stream_seconds", about), of(true))?;
        let about = "Tokens a second of single streams";
        self.gauges(("stream_tokens_per_second", about), of(false))
    }

    fn generator(&mut self, load: Option<&GeneratorLoad>) -> fmt::Result {
        let Some(load) = load else { return Ok(()) };
        let cpu = load.cpu.into_iter().flat_map(|cpu| {
            [
                ([("threads", "script")], cpu.script),
                ([("threads", "io")], cpu.io),
                ([("threads", "service")], cpu.service),
                ([("threads", "other")], cpu.other),
            ]
        });
        self.gauges(
            (
                "generator_cpu_percent",
                "CPU of the generator, percent of one core",
            ),
            cpu,
        )?;
        self.gauge(
            ("generator_memory_bytes", "Resident memory of the generator"),
            load.memory as f64,
        )?;
        self.gauge(
            ("generator_threads", "Threads of the generator"),
            load.threads as f64,
        )?;
        let counts = [("descriptors", load.descriptors), ("sockets", load.sockets)];
        for (name, count) in counts {
            if let Some(count) = count {
                let help = format!("Open {name} of the generator");
                self.gauge((&format!("generator_{name}"), &help), count as f64)?;
            }
        }
        Ok(())
    }

    fn target(&mut self, load: Option<&TargetLoad>) -> fmt::Result {
        let Some(load) = load else { return Ok(()) };
        let figures = [
            (
                "target_cpu_percent",
                "CPU of the target, percent of all its cores",
                load.cpu_percent,
            ),
            (
                "target_memory_used_bytes",
                "Memory in use on the target",
                load.memory_used.map(|n| n as f64),
            ),
            (
                "target_memory_bytes",
                "Memory of the target",
                load.memory_total.map(|n| n as f64),
            ),
        ];
        for (name, help, value) in figures {
            if let Some(value) = value {
                self.gauge((name, help), value)?;
            }
        }
        Ok(())
    }
}

fn stream_labels(row: &StreamRow) -> Labels<'_, 2> {
    [("method", &row.method), ("name", &row.name)]
}

/// Percentiles of its times in seconds, or of its rates in tokens a second.
fn stream_figures(row: &StreamRow, is_time: bool) -> impl Iterator<Item = (Labels<'_, 4>, f64)> {
    let unit = if is_time { 1e6 } else { 1e3 };
    let figures = row.measured();
    let figures = figures.filter(move |(figure, _)| figure.is_time() == is_time);
    figures.flat_map(move |(figure, values)| {
        let [method, name] = stream_labels(row);
        PERCENTILES.map(|(word, quantile)| {
            let [value] = values.quantiles_us([quantile]);
            let labels = [
                method,
                name,
                ("figure", figure.name()),
                ("percentile", word),
            ];
            (labels, value as f64 / unit)
        })
    })
}

fn labels_of(row: &EntryRow) -> Labels<'_, 2> {
    [("method", &*row.method), ("name", &*row.name)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::histogram::Exact;
    use rlocust_core::model::{ClassCount, ErrorRow, Number, ThreadCpu};
    use rlocust_testing::cost_budget::{assert_linear, numbered};

    fn tick() -> Arc<Tick> {
        let mut exact = Exact::default();
        for us in [900, 3_000, 3_000, 90_000_000] {
            exact.record_us(us);
        }
        let row = EntryRow {
            name: "/a \"quoted\"\n".into(),
            method: "GET".into(),
            num_requests: 5,
            num_failures: 2,
            total_content_length: Number::Whole(12),
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        let error = ErrorRow {
            text: "boom".into(),
            occurrences: 2,
            ..ErrorRow::default()
        };
        let mut tick = Tick::default();
        tick.snapshot.entries.push(Arc::new(row));
        tick.snapshot.errors.push(Arc::new(error));
        tick.snapshot.accounting.cut_sent = 3;
        Arc::make_mut(&mut tick.run).classes.push(ClassCount {
            name: "Shopper".to_owned(),
            running: 4,
            target: 4,
        });
        tick.machines.generator = Some(GeneratorLoad {
            cpu: Some(ThreadCpu {
                script: 12.5,
                ..ThreadCpu::default()
            }),
            sockets: Some(7),
            ..GeneratorLoad::default()
        });
        Arc::new(tick)
    }

    /// Names make up a small part of what their rows are on the page.
    #[test]
    fn a_page_costs_what_its_names_cost() {
        let names = |size| numbered(|n| format!("/name/{n}\n"), size / 16);
        let check = |what: &str, add: &dyn Fn(&mut Tick, &str)| {
            assert_linear(what, names, |input| {
                let mut tick = Tick::default();
                for name in String::from_utf8_lossy(input).lines() {
                    add(&mut tick, name);
                }
                drop(page(&Arc::new(tick)));
            });
        };
        check("entries", &|tick, name| {
            tick.snapshot.entries.push(Arc::new(EntryRow {
                name: name.into(),
                ..EntryRow::default()
            }));
        });
        check("errors", &|tick, text| {
            tick.snapshot.errors.push(Arc::new(ErrorRow {
                text: text.into(),
                ..ErrorRow::default()
            }));
        });
    }

    #[test]
    fn an_error_is_a_label_of_a_length_that_scrapers_take() {
        let mut tick = Tick::default();
        for end in ["a", "b"] {
            tick.snapshot.errors.push(Arc::new(ErrorRow {
                text: ("x".repeat(10_000) + end).into(),
                occurrences: 2,
                ..ErrorRow::default()
            }));
        }
        let page = page(&Arc::new(tick));
        let mut lines = page.lines().filter(|line| line.contains("xxx"));
        let line = lines.next().expect("a line");
        assert!(line.len() < 4200 && line.ends_with("x… (10001 characters)\"} 4"));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn figures_of_streams_are_seconds_and_tokens_a_second() {
        let ms = std::time::Duration::from_millis;
        let recorder = crate::stats::Recorder::new(crate::stats::ResponseTimesCache::Off);
        let ledger = recorder.stream_ledger("POST", "chat");
        ledger.begin(ms(250));
        ledger.tokens(21, ms(500), ms(1_500));
        let page = page(&Arc::new(Tick::of_sums(recorder.snapshot())));
        let of = |figure: &str| {
            format!(r#"{{method="POST",name="chat",figure="{figure}",percentile="p50"}}"#)
        };
        for line in [
            r#"rlocust_streams_total{method="POST",name="chat"} 1"#.to_owned(),
            r#"rlocust_stream_tokens_total{method="POST",name="chat"} 21"#.to_owned(),
            format!("rlocust_stream_seconds{} 0.25", of("first_byte")),
            format!("rlocust_stream_seconds{} 0.05", of("token_time")),
            format!("rlocust_stream_tokens_per_second{} 14.0", of("token_rate")),
        ] {
            assert!(page.lines().any(|l| l == line), "no `{line}` in\n{page}");
        }
        assert!(!page.contains("figure=\"gap\""), "{page}");
    }

    #[test]
    fn the_page_holds_every_figure_under_its_name() {
        let tick = tick();
        let page = page(&tick);
        let name = r#"method="GET",name="/a \"quoted\"\n""#;
        for line in [
            format!("rlocust_requests_total{{{name}}} 5"),
            format!("rlocust_failures_total{{{name}}} 2"),
            format!("rlocust_response_bytes_total{{{name}}} 12"),
            format!("rlocust_response_seconds_bucket{{le=\"0.001\",{name}}} 1"),
            format!("rlocust_response_seconds_bucket{{le=\"0.005\",{name}}} 3"),
            format!("rlocust_response_seconds_bucket{{le=\"60.0\",{name}}} 3"),
            format!("rlocust_response_seconds_bucket{{le=\"+Inf\",{name}}} 4"),
            format!("rlocust_response_seconds_count{{{name}}} 4"),
            format!(
                "rlocust_response_seconds_sum{{{name}}} {}",
                tick.snapshot.entries[0].exact.sum_us() as f64 / 1e6
            ),
            "rlocust_errors_total{method=\"\",name=\"\",error=\"boom\"} 2".to_owned(),
            "rlocust_users{user_class=\"Shopper\"} 4.0".to_owned(),
            "rlocust_samples_total{class=\"cut_sent\"} 3".to_owned(),
            "rlocust_generator_cpu_percent{threads=\"script\"} 12.5".to_owned(),
            "rlocust_generator_sockets 7.0".to_owned(),
        ] {
            assert!(page.lines().any(|l| l == line), "no `{line}` in\n{page}");
        }
        assert!(page.ends_with("# EOF\n"), "{page}");
        assert!(!page.contains("target_cpu"), "{page}");
    }
}
