//! What workers counted and their master never got, in sentences: they stand wherever the account of a run stands.
use super::super::python_text::utc;
use rlocust_core::model::Loss;

/// So many are named; a run with more says how many there are.
const MOST: usize = 20;

/// A line each, in the order given; none where nothing was lost.
pub fn lines(losses: &[Loss]) -> Vec<String> {
    let mut lines: Vec<String> = losses.iter().take(MOST).map(line).collect();
    if losses.len() > MOST {
        lines.push(format!(
            "Lost, too: {} more such intervals",
            losses.len() - MOST
        ));
    }
    lines
}

fn line(loss: &Loss) -> String {
    let what = match loss.reports {
        0 => format!("with worker {}", loss.worker),
        1 => format!("on the way: 1 report of worker {}", loss.worker),
        reports => format!("on the way: {reports} reports of worker {}", loss.worker),
    };
    let (from, until) = (utc(loss.from), utc(loss.until));
    let seconds = loss.until - loss.from;
    format!("Lost {what}: what it counted from {from} to {until} ({seconds:.1} s)")
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn losses() -> Vec<Loss> {
        let loss = |reports| Loss {
            worker: "host_1".to_owned(),
            from: 1_795_000_000.0,
            until: 1_795_000_002.54,
            reports,
        };
        vec![loss(0), loss(2)]
    }

    #[test]
    fn each_loss_has_its_worker_and_its_time() {
        insta::assert_snapshot!(lines(&losses()).join("\n"), @r"
        Lost with worker host_1: what it counted from 2026-11-18T11:06:40Z to 2026-11-18T11:06:42Z (2.5 s)
        Lost on the way: 2 reports of worker host_1: what it counted from 2026-11-18T11:06:40Z to 2026-11-18T11:06:42Z (2.5 s)
        ");
        assert_eq!(lines(&[]), Vec::<String>::new());
        let many = lines(&vec![losses().remove(0); 25]);
        assert_eq!(
            (many.len(), many[20].as_str()),
            (21, "Lost, too: 5 more such intervals")
        );
    }
}
