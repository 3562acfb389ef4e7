//! Completions for shells, made by clap from the same table as the help.

use clap_complete::{Shell, generate};

use super::help;
use super::subcommand;

/// The script that a shell sources to complete our options and subcommands.
pub fn completions(program: &str, shell: Shell) -> String {
    let mut command = help::options(program)
        .disable_help_subcommand(true)
        .subcommands(subcommand::commands(program));
    let mut script = Vec::new();
    generate(shell, &mut command, program, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Fish {
        with_values(&script, program) + &fish_shells(program)
    } else {
        script
    }
}

/// clap's script for fish offers nothing behind an option that still lacks its value: there `argparse` fails.
fn with_values(script: &str, program: &str) -> String {
    let name = program.replace('-', "_");
    let parse = |words| {
        format!("argparse -s (__fish_{name}_global_optspecs) -- {words} 2>/dev/null\n    or ")
    };
    let once = parse("$cmd");
    let again = format!("{once}{}", parse("$cmd[1..-2]"));
    script.replace(&once, &again)
}

/// clap's script for fish completes no words that stand by themselves.
fn fish_shells(program: &str) -> String {
    let name = program.replace('-', "_");
    let shells = subcommand::SHELLS.join(" ");
    format!(
        "complete -c {program} -n \"__fish_{name}_using_subcommand completions\" -f -a \"{shells}\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::table::GROUPS;

    #[test]
    fn every_shell_knows_every_option_that_is_not_hidden() {
        let options = GROUPS.iter().flat_map(|group| group.options);
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = completions("rlocust", shell);
            for option in options.clone().filter(|option| !option.is_positional()) {
                // fish names options without their dashes
                let name = option.long().trim_start_matches('-');
                let is_known = script
                    .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
                    .any(|word| word.trim_start_matches('-') == name);
                assert_eq!(is_known, !option.hidden, "{shell}: {name}");
            }
        }
    }
}
