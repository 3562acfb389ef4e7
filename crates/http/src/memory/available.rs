//! How much memory this process may still take: what the machine has, its limit of address space, and the limits of the
//! control groups it is in. Read once, when the I/O threads start.

use std::fs;
use std::path::{Path, PathBuf};

/// Where control groups are.
const GROUPS: &str = "/sys/fs/cgroup";

/// Never less: what was left at the start says little of what is left later, and small bodies must come in.
const LEAST: u64 = 64 << 20;

/// Half of what there is: the rest is for everything else. Without a limit where the system does not say.
pub(crate) fn half_of_memory() -> u64 {
    let machine = machine_has();
    let limits = [machine, address_space_has(), group_has()];
    half_of(limits.into_iter().flatten().min())
}

fn half_of(left: Option<u64>) -> u64 {
    left.map_or(u64::MAX, |bytes| (bytes / 2).max(LEAST))
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
    let left_in = |group: PathBuf| left(|name| fs::read_to_string(group.join(name)).ok());
    groups.filter_map(left_in).min()
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

/// What a group's limit leaves, by either version of the interface. `text` reads a file of the group.
fn left(text: impl Fn(&str) -> Option<String>) -> Option<u64> {
    let number = |name: &str| -> Option<u64> { text(name)?.trim().parse().ok() };
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes"));
    let cached = text("memory.stat").map_or(0, |stat| file_cache(&stat));
    Some(limit.saturating_sub(used.unwrap_or(0).saturating_sub(cached)))
}

/// Pages of files, which the kernel counts as used and gives up when memory is asked for. The names with `total_` are
/// those of version 1: there, the others leave the groups below out.
fn file_cache(stat: &str) -> u64 {
    let bytes = |name: &str| -> Option<u64> {
        let mut words = stat.lines().map(str::split_whitespace);
        let mut line = words.find_map(|mut line| (line.next()? == name).then_some(line))?;
        line.next()?.parse().ok()
    };
    let pages = |total: &str, own: &str| bytes(total).or_else(|| bytes(own)).unwrap_or(0);
    pages("total_inactive_file", "inactive_file")
        .saturating_add(pages("total_active_file", "active_file"))
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

    #[test]
    fn pages_of_files_leave_room_in_a_group() {
        let left_by = |files: &[(&str, &str)]| {
            left(|name| {
                let file = files.iter().find(|file| file.0 == name)?;
                Some(file.1.to_owned())
            })
        };
        let stat = "anon 100\nfile 890\ninactive_file 600\nactive_file 250\n";
        let second = [("memory.max", "1000\n"), ("memory.current", "990\n")];
        assert_eq!(left_by(&second), Some(10));
        assert_eq!(
            left_by(&[&second[..], &[("memory.stat", stat)]].concat()),
            Some(860)
        );
        let stat =
            "inactive_file 1\nactive_file 2\ntotal_inactive_file 300\ntotal_active_file 50\n";
        let first = [
            ("memory.limit_in_bytes", "1000\n"),
            ("memory.usage_in_bytes", "990\n"),
            ("memory.stat", stat),
        ];
        assert_eq!(left_by(&first), Some(360));
        assert_eq!(left_by(&[("memory.max", "max\n")]), None);
    }

    #[test]
    fn a_full_machine_leaves_a_floor() {
        assert_eq!(half_of(Some(0)), LEAST);
        assert_eq!(half_of(Some(LEAST * 4)), LEAST * 2);
        assert_eq!(half_of(None), u64::MAX);
    }
}
