//! What the machines did at a tick, as bytes and back. Means over the run are not kept: whoever wants them adds up.
use super::codec::{Malformed, Put, Take};
use rlocust_core::model::{GeneratorLoad, Machines, TargetLoad, ThreadCpu};

pub fn put_machines(put: &mut Put, machines: &Machines) {
    put.optional(machines.generator, |put, load| {
        put.optional(load.cpu, |put, cpu| {
            for percent in [cpu.script, cpu.io, cpu.service, cpu.other] {
                put.float(percent);
            }
        });
        put.count(load.memory);
        put.optional(load.descriptors, Put::count);
        put.optional(load.sockets, Put::count);
        put.count(load.threads);
    });
    put.optional(machines.target, |put, load| {
        put.optional(load.cpu_percent, Put::float);
        put.optional(load.cores, Put::count);
        put.optional(load.memory_used, Put::count);
        put.optional(load.memory_total, Put::count);
    });
}

pub fn take_machines(take: &mut Take<'_>) -> Result<Machines, Malformed> {
    let generator = take.optional(|take| {
        Ok(GeneratorLoad {
            cpu: take.optional(|take| {
                Ok(ThreadCpu {
                    script: take.float()?,
                    io: take.float()?,
                    service: take.float()?,
                    other: take.float()?,
                    busiest_io: 0.0,
                })
            })?,
            memory: take.count()?,
            descriptors: take.optional(Take::count)?,
            sockets: take.optional(Take::count)?,
            threads: take.count()?,
        })
    })?;
    let target = take.optional(|take| {
        Ok(TargetLoad {
            cpu_percent: take.optional(Take::float)?,
            cores: take.optional(Take::count)?,
            memory_used: take.optional(Take::count)?,
            memory_total: take.optional(Take::count)?,
        })
    })?;
    Ok(Machines {
        generator,
        target,
        ..Machines::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_read_back() {
        let cpu = ThreadCpu {
            script: 1.5,
            io: 2.0,
            service: 0.1,
            ..ThreadCpu::default()
        };
        let generator = GeneratorLoad {
            cpu: Some(cpu),
            memory: 7,
            sockets: Some(3),
            threads: 4,
            ..GeneratorLoad::default()
        };
        let target = TargetLoad {
            cores: Some(8),
            ..TargetLoad::default()
        };
        for machines in [
            Machines::default(),
            Machines {
                generator: Some(generator),
                target: Some(target),
                ..Machines::default()
            },
        ] {
            let mut put = Put::default();
            put_machines(&mut put, &machines);
            assert_eq!(take_machines(&mut Take(&put.0)), Ok(machines));
        }
    }
}
