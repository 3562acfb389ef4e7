//! What the generator and the target did over a run, as lines for the end of it.
use rlocust_core::model::{LoadSoFar, Machines};

/// Percent, on average: from here on there was no reserve. The average has the seconds in it in which users were spawned.
const BUSY: f64 = 85.0;

/// A line for each machine that was monitored, and one for what kept the load from being higher, where something did.
pub fn lines(machines: &Machines, busiest_worker: Option<&LoadSoFar>) -> Vec<String> {
    let this = busiest_worker.map_or("Generator", |_| "Master");
    let workers = busiest_worker.and_then(|load| line("Busiest worker", "of one core", load));
    let generator = line(this, "of one core", &machines.generator_so_far);
    let target = line("Target", "of all cores", &machines.target_so_far);
    let limit = limit(machines);
    let machines = generator.into_iter().chain(workers).chain(target);
    machines.chain(limit).collect()
}

/// The busiest of those that can be the limit.
fn limit(machines: &Machines) -> Option<String> {
    let script = "the locustfile: the script thread, which runs it, was busy";
    let io = "an I/O thread (--io-threads starts more): the busiest was busy";
    let target = "the target: its cores were busy";
    let busy = [
        (script, machines.script_so_far.mean()),
        (io, machines.io_so_far.mean()),
        (target, machines.target_so_far.cpu_mean()),
    ];
    let means = busy
        .into_iter()
        .filter_map(|(what, mean)| Some((what, mean?)));
    let (what, mean) = means.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    (mean >= BUSY).then(|| format!("Limit: {what} {mean:.0} % of the time"))
}

fn line(who: &str, of_what: &str, load: &LoadSoFar) -> Option<String> {
    let mean = load.cpu_mean()?;
    let most = load.cpu_max;
    // A machine in use has memory in use: 0 stands for what it did not show.
    let memory = match load.memory_max {
        0 => String::new(),
        count => format!("; memory {} at most", bytes(count)),
    };
    Some(format!(
        "{who}: CPU {mean:.0} % {of_what} on average, {most:.0} % at most{memory}"
    ))
}

fn bytes(count: u64) -> String {
    let count = count as f64;
    if count >= 1024.0 * 1024.0 * 1024.0 {
        format!("{:.1} GiB", count / 1024.0 / 1024.0 / 1024.0)
    } else {
        format!("{:.0} MiB", count / 1024.0 / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_machines_that_were_monitored_have_a_line() {
        let mut machines = Machines::default();
        assert!(lines(&machines, None).is_empty());
        machines.generator_so_far.add(Some(10.0), Some(50 << 20));
        machines.generator_so_far.add(Some(30.0), Some(3 << 30));
        machines.target_so_far.add(None, Some(1));
        assert_eq!(
            lines(&machines, None),
            ["Generator: CPU 20 % of one core on average, 30 % at most; memory 3.0 GiB at most"]
        );
        machines.target_so_far = LoadSoFar::default();
        machines.target_so_far.add(Some(5.0), None);
        assert_eq!(
            lines(&machines, None)[1..],
            ["Target: CPU 5 % of all cores on average, 5 % at most"]
        );
    }

    /// A master generates nothing itself.
    #[test]
    fn a_masters_busiest_worker_has_a_line_of_its_own() {
        let (mut machines, mut workers) = (Machines::default(), LoadSoFar::default());
        machines.generator_so_far.add(Some(1.0), Some(50 << 20));
        let own = "Master: CPU 1 % of one core on average, 1 % at most; memory 50 MiB at most";
        assert_eq!(lines(&machines, Some(&workers)), [own], "none has said yet");
        workers.add(Some(40.0), Some(60 << 20));
        workers.add(Some(60.0), Some(80 << 20));
        let theirs =
            "Busiest worker: CPU 50 % of one core on average, 60 % at most; memory 80 MiB at most";
        assert_eq!(lines(&machines, Some(&workers)), [own, theirs]);
    }

    #[test]
    fn the_limit_is_named_where_there_was_one() {
        let limit_of = |script: f64, io: f64, target: f64| {
            let mut machines = Machines::default();
            machines.script_so_far.add(script);
            machines.io_so_far.add(io);
            machines.target_so_far.add(Some(target), None);
            lines(&machines, None).into_iter().nth(1)
        };
        assert_eq!(limit_of(80.0, 84.0, 50.0), None);
        let said = |script, io, target| limit_of(script, io, target).unwrap_or_default();
        assert_eq!(
            said(96.0, 90.0, 50.0),
            "Limit: the locustfile: the script thread, which runs it, was busy 96 % of the time"
        );
        assert_eq!(
            said(60.0, 98.2, 97.0),
            "Limit: an I/O thread (--io-threads starts more): the busiest was busy 98 % of the time"
        );
        assert_eq!(
            said(60.0, 40.0, 99.0),
            "Limit: the target: its cores were busy 99 % of the time"
        );
        assert_eq!(limit(&Machines::default()), None, "nobody looked");
    }

    #[test]
    fn memory_is_shown_in_what_suits_its_size() {
        let gib = 1 << 30;
        assert_eq!(bytes(gib), "1.0 GiB");
        assert_eq!(bytes(gib * 5 / 2), "2.5 GiB");
        assert_eq!(bytes(gib - 1), "1024 MiB");
        assert_eq!(bytes(5 << 20), "5 MiB");
    }
}
