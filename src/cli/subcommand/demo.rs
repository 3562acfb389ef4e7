//! `rlocust demo`: where to serve the demo site.

use std::ffi::OsString;

use clap::{Arg, Command, ValueHint, value_parser};

use super::clap_words::{matches_of, text};
use super::refusal::Refusal;

/// Where the demo site is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoArguments {
    pub host: String,
    /// Nothing where none was asked for: the usual one, or a free one where that is taken.
    pub port: Option<u16>,
}

pub fn command(name: &str) -> Command {
    Command::new("demo")
        .bin_name(name.to_owned())
        .about("Serves the demo site that the examples run against")
        .arg(
            Arg::new("host")
                .long("host")
                .default_value("127.0.0.1")
                .value_hint(ValueHint::Hostname)
                .help("Address to listen on"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .value_parser(value_parser!(u16))
                .help("Port to listen on; 0 takes a free one [default: 8000, or a free one if that is taken]"),
        )
}

/// Reads what follows the word `demo`.
///
/// # Errors
/// Its help, or what is wrong with the arguments.
pub fn read(program: &str, words: &[OsString]) -> Result<DemoArguments, Refusal> {
    let name = format!("{program} demo");
    let matches = matches_of(&name, command(&name), words)?;
    Ok(DemoArguments {
        host: text(&matches, "host").unwrap_or_default(),
        port: matches.get_one("port").copied(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn demo_takes_a_host_and_a_port() {
        let demo = read("rlocust", &words("--port 0"));
        assert_eq!(
            demo,
            Ok(DemoArguments {
                host: "127.0.0.1".to_owned(),
                port: Some(0)
            })
        );
        assert_eq!(read("rlocust", &[]).map(|demo| demo.port), Ok(None));
        let wrong = read("rlocust", &words("--port x")).expect_err("no port");
        assert_eq!(wrong.exit_code, 2);
        assert!(
            wrong
                .text
                .starts_with("rlocust demo: error: invalid value 'x'"),
            "{}",
            wrong.text
        );
    }
}
