//! Two outputs that would write the same file spoil each other: refused before anything is written.
use std::fs;
use std::path::{Path, PathBuf};

/// One line that names both options; nothing where each has a file of its own. `outputs` are options with their values.
pub fn clash<O: AsRef<str>, V: AsRef<str>>(outputs: &[(O, V)]) -> Option<String> {
    let mut known: Vec<(&str, PathBuf)> = Vec::new();
    let files = outputs.iter().flat_map(|(option, value)| {
        let option = option.as_ref();
        files_of(option, value.as_ref()).map(move |path| (option, path))
    });
    for (option, path) in files {
        let Some(place) = place_of(Path::new(&path)) else {
            continue;
        };
        if let Some((other, _)) = known.iter().find(|(_, taken)| *taken == place) {
            return Some(format!(
                "{other} and {option} both name `{path}`: give each a file of its own"
            ));
        }
        known.push((option, place));
    }
    None
}

/// Some options name several files, or one by the beginning of its name.
fn files_of(option: &str, value: &str) -> impl Iterator<Item = String> {
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
    endings.iter().map(move |ending| format!("{value}{ending}"))
}

/// Where a file is or will be, however it is spelt. Pipes and devices have no place: they may be shared.
fn place_of(path: &Path) -> Option<PathBuf> {
    if let Ok(found) = fs::canonicalize(path) {
        return found.is_file().then_some(found);
    }
    let absolute = std::path::absolute(path).ok()?;
    let folder = absolute
        .ancestors()
        .find_map(|folder| Some((fs::canonicalize(folder).ok()?, folder)));
    let (real, folder) = folder?;
    Some(real.join(absolute.strip_prefix(folder).ok()?))
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
    fn what_only_takes_what_comes_may_be_shared() {
        assert_eq!(
            clash(&[("--store", "/dev/null"), ("--junit", "/dev/null")]),
            None
        );
    }
}
