//! How much memory this process may still take: what the machine has, its limit of address space, and the limits of the
//! control groups it is in. Read once, when the I/O threads start.

use std::fs;
use std::path::{Path, PathBuf};

/// Where control groups are.
const GROUPS: &str = "/sys/fs/cgroup";

/// Half of what there is: the rest is for everything else. Without a limit where the system does not say.
pub(crate) fn half_of_memory() -> u64 {
    let machine = machine_has();
    let limits = [machine, address_space_has(), group_has()];
    limits
        .into_iter()
        .flatten()
        .min()
        .map_or(u64::MAX, |bytes| bytes / 2)
}

fn machine_has() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    kibibytes(&text, "MemAvailable:")
}

/// What its limit (`ulimit -v`) leaves.
fn address_space_has() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let used = kibibytes(&status, "VmSize:")?;
    Some(address_space(&limits)?.saturating_sub(used))
}

fn address_space(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// `name` and a number of KiB, as the kernel writes them.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.split_whitespace().next()?.parse().ok()?;
    number.checked_mul(1024)
}

fn group_has() -> Option<u64> {
    let own = fs::read_to_string("/proc/self/cgroup").ok()?;
    let groups = own.lines().flat_map(|line| places(Path::new(GROUPS), line));
    groups.filter_map(|place| left_in(&place)).min()
}

/// The group of a line of `/proc/self/cgroup` and all that it is in.
fn places(root: &Path, line: &str) -> Vec<PathBuf> {
    let mut parts = line.splitn(3, ':').skip(1);
    let (Some(kinds), Some(path)) = (parts.next(), parts.next()) else {
        return Vec::new();
    };
    let root = match kinds {
        "" => root.to_path_buf(),
        kinds if kinds.split(',').any(|kind| kind == "memory") => root.join("memory"),
        _ => return Vec::new(),
    };
    let own = root.join(path.trim_start_matches('/'));
    let all = own.ancestors().take_while(|place| place.starts_with(&root));
    all.map(Path::to_path_buf).collect()
}

/// What a group's limit leaves, by either version of the interface.
fn left_in(group: &Path) -> Option<u64> {
    let number = |name: &str| -> Option<u64> {
        fs::read_to_string(group.join(name))
            .ok()?
            .trim()
            .parse()
            .ok()
    };
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes"));
    Some(limit.saturating_sub(used.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_kernel_are_read() {
        assert_eq!(
            kibibytes("VmPeak: 1 kB\nVmSize:\t  12 kB\n", "VmSize:"),
            Some(12 * 1024)
        );
        let limits =
            "Limit  Soft Limit  Hard Limit  Units\nMax address space  4096  unlimited  bytes\n";
        assert_eq!(address_space(limits), Some(4096));
        assert_eq!(address_space(&limits.replace("4096", "unlimited")), None);
    }

    #[test]
    fn a_group_is_in_all_groups_above_it() {
        let of = |line: &str| places(Path::new("/g"), line);
        let paths = |words: &[&str]| words.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(of("0::/a/b"), paths(&["/g/a/b", "/g/a", "/g"]));
        assert_eq!(of("4:cpu,memory:/a"), paths(&["/g/memory/a", "/g/memory"]));
        assert_eq!(of("5:cpu:/a"), paths(&[]));
        assert_eq!(of("nonsense"), paths(&[]));
    }
}
