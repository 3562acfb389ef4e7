//! `rlocust` as a native program; see `command/embed.rs`.

fn main() -> std::process::ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    _native::embed::run(&arguments)
}
