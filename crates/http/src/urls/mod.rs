//! URLs: in parts (`url`), and as each client spells what a script wrote (`requests_url`, `ghc_url`). Pure functions,
//! compared with the real clients in `oracle`.

mod characters;
pub(crate) mod escape;
mod ghc_redirect;
pub(crate) mod ghc_url;
#[cfg(test)]
mod oracle;
mod plain;
mod python_split;
pub(crate) mod quote_error;
pub(crate) mod requests_url;
pub(crate) mod scheme;
pub(crate) mod url;
mod urljoin;
mod urllib3_parts;
