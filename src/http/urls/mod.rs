//! URLs: in parts, and as each client spells what a script wrote. Pure functions.

pub(crate) mod characters;
pub(crate) mod escape;
pub(crate) mod ghc_redirect;
pub(crate) mod ghc_url;
#[cfg(test)]
mod oracle;
pub(crate) mod plain;
pub(crate) mod python_split;
pub(crate) mod quote_error;
pub(crate) mod requests_url;
pub(crate) mod scheme;
pub(crate) mod url;
pub(crate) mod urljoin;
pub(crate) mod urllib3_parts;
