//! The histograms of response times, with exemplars. Written here because the encoder takes no exemplars but those of its
//! own histograms.
use std::fmt::{self, Write};

use rlocust_core::model::{BOUNDS, EntryRow, Exemplar, bucket_of};

const FAMILY: &str = "rlocust_response_seconds";
const HELP: &str = "Response times: from the start on the I/O thread to the last byte.";

/// The family, one metric a row.
pub(super) fn write_histograms(
    page: &mut String,
    rows: &[impl std::ops::Deref<Target = EntryRow>],
) -> fmt::Result {
    writeln!(page, "# HELP {FAMILY} {HELP}\n# TYPE {FAMILY} histogram")?;
    rows.iter().try_for_each(|row| write_histogram(page, row))
}

fn write_histogram(page: &mut String, row: &EntryRow) -> fmt::Result {
    let (method, name) = (escaped(&row.method), escaped(&row.name));
    let labels = format!("method=\"{method}\",name=\"{name}\"");
    let sum = row.exact.sum_us() as f64 / 1e6;
    writeln!(page, "{FAMILY}_sum{{{labels}}} {sum:?}")?;
    let count = row.exact.count();
    writeln!(page, "{FAMILY}_count{{{labels}}} {count}")?;
    let mut so_far = 0;
    for (at, count) in counts_of(row).into_iter().enumerate() {
        so_far += count;
        write!(page, "{FAMILY}_bucket{{le=\"")?;
        match BOUNDS.get(at) {
            Some(bound) => write!(page, "{bound:?}")?,
            None => page.write_str("+Inf")?,
        }
        write!(page, "\",{labels}}} {so_far}")?;
        let exemplar = row.exemplars.of_bucket(at).filter(|_| count > 0);
        exemplar.map_or(Ok(()), |exemplar| write_exemplar(page, exemplar))?;
        page.push('\n');
    }
    Ok(())
}

fn write_exemplar(page: &mut String, exemplar: &Exemplar) -> fmt::Result {
    let Exemplar {
        trace,
        span,
        seconds,
        at,
    } = exemplar;
    write!(
        page,
        " # {{trace_id=\"{trace:032x}\",span_id=\"{span:016x}\"}} {seconds:?} {at:.3}"
    )
}

/// How many fell into each bucket. One walk over the ledger.
fn counts_of(row: &EntryRow) -> [u64; BOUNDS.len() + 1] {
    let mut counts = [0; BOUNDS.len() + 1];
    for (us, count) in row.exact.rows() {
        counts[bucket_of(us as f64 / 1e6)] += count;
    }
    counts
}

/// A text as the value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use rlocust_core::histogram::Exact;
    use rlocust_core::model::Exemplars;

    #[test]
    fn a_bucket_shows_the_trace_of_its_exemplar_and_an_empty_one_none() {
        let mut exact = Exact::default();
        exact.record_us(1_500);
        let mut exemplars = Exemplars::default();
        for seconds in [0.0015, 3.0] {
            exemplars.note(Exemplar {
                trace: 0xabc,
                span: 0xd,
                seconds,
                at: 1_700_000_000.25,
            });
        }
        let row = EntryRow {
            name: r"/\".into(),
            exact: Arc::new(exact),
            exemplars,
            ..EntryRow::default()
        };
        let mut page = String::new();
        write_histograms(&mut page, &[Arc::new(row)]).expect("a string takes all");
        let with: Vec<_> = page.lines().filter(|line| line.contains(" # ")).collect();
        let ids = format!("trace_id=\"{:0>32}\",span_id=\"{:0>16}\"", "abc", "d");
        let bucket = r#"rlocust_response_seconds_bucket{le="0.002",method="",name="/\\"} 1"#;
        assert_eq!(
            with,
            [format!("{bucket} # {{{ids}}} 0.0015 1700000000.250")]
        );
    }
}
