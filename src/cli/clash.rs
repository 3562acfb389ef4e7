//! Files that would be spoilt: two outputs that would write the same one, an output that would write over what the run
//! is made of. Refused before anything is written.
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

/// One line that names both options; nothing where each has a file of its own. `outputs` are options with their values.
pub fn clash<O: AsRef<str>, V: AsRef<OsStr>>(outputs: &[(O, V)]) -> Option<String> {
    let mut known: Vec<(&str, Place)> = Vec::new();
    for (option, path, place) in places_of(outputs) {
        if let Some((other, _)) = known.iter().find(|(_, taken)| *taken == place) {
            return Some(format!(
                "{other} and {option} both name `{}`: give each a file of its own",
                path.display()
            ));
        }
        known.push((option, place));
    }
    None
}

/// One line that names the option of an output which is one of the files that are read.
pub fn overwritten<O: AsRef<str>, V: AsRef<OsStr>>(
    outputs: &[(O, V)],
    read: impl IntoIterator<Item: AsRef<Path>>,
) -> Option<String> {
    let read = read.into_iter();
    let read: Vec<Place> = read.filter_map(|path| place_of(path.as_ref())).collect();
    let mut outputs = places_of(outputs);
    let (option, path, _) = outputs.find(|(_, _, place)| read.contains(place))?;
    Some(format!(
        "{option} names `{}`, which the run is made of: give it a file of its own",
        path.display()
    ))
}

fn places_of<O: AsRef<str>, V: AsRef<OsStr>>(
    outputs: &[(O, V)],
) -> impl Iterator<Item = (&str, OsString, Place)> {
    let files = outputs.iter().flat_map(|(option, value)| {
        let option = option.as_ref();
        files_of(option, value.as_ref()).map(move |path| (option, path))
    });
    files.filter_map(|(option, path)| {
        let place = place_of(Path::new(&path))?;
        Some((option, path, place))
    })
}

/// Some options name several files, or one by the beginning of its name.
fn files_of(option: &str, value: &OsStr) -> impl Iterator<Item = OsString> {
    let endings: &[&str] = match option {
        "--csv" => &[
            "_stats.csv",
            "_stats_history.csv",
            "_failures.csv",
            "_exceptions.csv",
        ],
        "--json-file" => &[".json"],
        _ => &[""],
    };
    endings.iter().map(move |ending| {
        let mut path = value.to_owned();
        path.push(ending);
        path
    })
}

/// Where a file is or will be, however it is spelt or linked.
#[derive(PartialEq)]
enum Place {
    /// A file that is there, by what the system knows it by.
    #[cfg(unix)]
    File {
        device: u64,
        inode: u64,
    },
    Path(PathBuf),
}

/// Links of which each leads to the next; the system follows no more, either.
const MOST_LINKS: usize = 40;

/// Pipes and devices have no place: they may be shared.
fn place_of(path: &Path) -> Option<Place> {
    if let Ok(found) = fs::metadata(path) {
        return if found.is_file() {
            place_of_file(path, &found)
        } else {
            None
        };
    }
    let mut path = std::path::absolute(path).ok()?;
    for _ in 0..MOST_LINKS {
        let folder = path
            .ancestors()
            .find_map(|folder| Some((fs::canonicalize(folder).ok()?, folder)));
        let (real, folder) = folder?;
        let real = real.join(path.strip_prefix(folder).ok()?);
        // A link to what is not there yet: opened, it makes that.
        let Ok(target) = fs::read_link(&real) else {
            return Some(Place::Path(real));
        };
        path = real.parent()?.join(target);
    }
    None
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there may be none")]
fn place_of_file(_: &Path, found: &fs::Metadata) -> Option<Place> {
    use std::os::unix::fs::MetadataExt as _;
    Some(Place::File {
        device: found.dev(),
        inode: found.ino(),
    })
}

#[cfg(not(unix))]
fn place_of_file(path: &Path, _: &fs::Metadata) -> Option<Place> {
    fs::canonicalize(path).ok().map(Place::Path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_same_however_it_is_spelt() {
        let folder = std::env::temp_dir().join(format!("rlocust-clash-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let folder_name = folder.display();
        let new = format!("{folder_name}/deep/x.json");
        let odd = format!("{folder_name}/./deep//x");
        let line = clash(&[("--store", &new), ("--json-file", &odd)]).expect("the same");
        let start = format!("--store and --json-file both name `{odd}.json`: give each");
        assert!(line.starts_with(&start), "{line}");
        let apart = [("--store", &new), ("--csv", &new), ("--junit", &odd)];
        assert_eq!(clash(&apart), None);
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_the_same_behind_links_of_both_kinds() {
        let folder = std::env::temp_dir().join(format!("rlocust-links-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = |name: &str| folder.join(name).display().to_string();
        fs::write(path("file.py"), "x").expect("there is space");
        fs::hard_link(path("file.py"), path("hard")).expect("a link");
        for (to, link) in [("file.py", "soft"), ("new", "early"), ("early", "earlier")] {
            std::os::unix::fs::symlink(to, path(link)).expect("a link");
        }
        for (one, other) in [("file.py", "hard"), ("hard", "soft"), ("new", "earlier")] {
            let line = clash(&[("--store", path(one)), ("--junit", path(other))]);
            let line = line.expect("they are the same");
            assert!(line.starts_with("--store and --junit both name"), "{line}");
        }
        for name in ["file.py", "hard", "soft"] {
            let line = overwritten(
                &[("--csv", path("x")), ("--store", path(name))],
                [path("file.py")],
            );
            let words = format!("--store names `{}`, which the run is made of", path(name));
            assert!(line.is_some_and(|line| line.starts_with(&words)), "{name}");
        }
        assert_eq!(
            overwritten(&[("--store", path("new"))], [path("file.py")]),
            None
        );
        assert_eq!(
            clash(&[("--store", path("early")), ("--junit", path("other"))]),
            None
        );
        fs::remove_dir_all(folder).expect("it can be removed");
    }

    #[cfg(unix)]
    #[test]
    fn what_only_takes_what_comes_may_be_shared() {
        assert_eq!(
            clash(&[("--store", "/dev/null"), ("--junit", "/dev/null")]),
            None
        );
    }
}
