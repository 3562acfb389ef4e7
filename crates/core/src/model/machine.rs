//! What the machines did at one instant: the generator's own process, and the target where a monitor page runs.

/// CPU in percent of one core, by kind of thread.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ThreadCpu {
    /// The thread that runs the locustfile: at 100 no more load can come out of this process.
    pub script: f64,
    pub io: f64,
    /// The busiest of the I/O threads: at 100 its users get no more load out. Not in a run that was read from its store.
    pub busiest_io: f64,
    pub service: f64,
    /// Threads that are not ours: libraries of the locustfile.
    pub other: f64,
}

impl ThreadCpu {
    pub fn total(&self) -> f64 {
        self.script + self.io + self.service + self.other
    }
}

/// The generator's process since the sample before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GeneratorLoad {
    /// Nothing until enough time has passed for a percentage.
    pub cpu: Option<ThreadCpu>,
    /// Resident memory, bytes.
    pub memory: u64,
    /// Open file descriptors; nothing where the system does not report them.
    pub descriptors: Option<u64>,
    /// Those of them that are sockets.
    pub sockets: Option<u64>,
    pub threads: u64,
}

/// Who used the cores of the generator's machine for a while, in percent of one core.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CoreUse {
    pub cores: u64,
    /// The thread that runs the locustfile.
    pub script: f64,
    /// How long that thread was ready to run and got no core; 0 where the system does not say.
    pub script_waited: f64,
    /// All threads of this process.
    pub own: f64,
    pub others: f64,
    /// What the hypervisor gave to other machines while this one wanted it (steal time).
    pub stolen: f64,
}

/// The machine under test, read off a page in the manner of node-exporter.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TargetLoad {
    /// Percent of all its cores together, since the page before.
    pub cpu_percent: Option<f64>,
    pub cores: Option<u64>,
    /// Bytes in use: total less available, or the process's resident memory.
    pub memory_used: Option<u64>,
    pub memory_total: Option<u64>,
}

/// What both machines did, now and over the run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Machines {
    /// Nothing where the system does not report it.
    pub generator: Option<GeneratorLoad>,
    /// Nothing without `--monitor`, before its first page, and while the target is silent.
    pub target: Option<TargetLoad>,
    pub generator_so_far: LoadSoFar,
    /// The thread that runs the locustfile, and the busiest I/O thread.
    pub script_so_far: BusySoFar,
    pub io_so_far: BusySoFar,
    pub target_so_far: LoadSoFar,
}

/// A machine over the time it was monitored.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LoadSoFar {
    cpu_sum: f64,
    cpu_samples: u64,
    /// Percent, of the busiest sample.
    pub cpu_max: f64,
    /// Bytes.
    pub memory_max: u64,
}

impl LoadSoFar {
    pub fn add(&mut self, cpu_percent: Option<f64>, memory: Option<u64>) {
        if let Some(percent) = cpu_percent {
            self.cpu_sum += percent;
            self.cpu_samples += 1;
            self.cpu_max = self.cpu_max.max(percent);
        }
        self.memory_max = self.memory_max.max(memory.unwrap_or(0));
    }

    /// Percent; nothing before the first sample.
    pub fn cpu_mean(&self) -> Option<f64> {
        (self.cpu_samples > 0).then(|| self.cpu_sum / self.cpu_samples as f64)
    }
}

/// How busy a thread was, in percent of one core.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BusySoFar {
    sum: f32,
    samples: u32,
}

impl BusySoFar {
    pub fn add(&mut self, percent: f64) {
        self.sum += percent as f32;
        self.samples += 1;
    }

    /// Nothing before the first sample.
    pub fn mean(&self) -> Option<f64> {
        (self.samples > 0).then(|| f64::from(self.sum) / f64::from(self.samples))
    }
}
