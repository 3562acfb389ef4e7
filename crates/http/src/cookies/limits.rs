//! How much of what servers set a jar keeps: as much as browsers do (RFC 6265 section 6.1 asks for no less). Python's jars
//! keep all, and slow down until nothing else gets its turn. What a script sets itself has no limit.

/// Name and value, and all attributes, may have so many bytes.
pub(crate) const LARGEST: usize = 4096;

/// Cookies of one domain; of more the first ones go.
pub(crate) const MOST_OF_A_DOMAIN: usize = 180;

/// Cookies of all domains; of more the first ones go. A redirect may lead through any number of hosts.
pub(crate) const MOST_OF_A_JAR: usize = 3000;

/// What a server set was more than a jar keeps.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Excess {
    /// A cookie was not taken.
    TooLarge,
    /// The domain's first cookies went.
    DomainFull,
    /// The jar's first cookies went.
    JarFull,
}

/// A `Set-Cookie` value of which one side of the first `;` is larger than browsers take it.
pub(crate) fn is_too_large(value: &[u8]) -> bool {
    let pair = value.iter().position(|byte| *byte == b';');
    let pair = pair.unwrap_or(value.len());
    pair > LARGEST || value.len() - pair > LARGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_of_the_first_semicolon_has_its_limit() {
        let of = |pair: usize, attributes: usize| {
            let pair = vec![b'a'; pair];
            let attributes = vec![b';'; attributes];
            is_too_large(&[pair, attributes].concat())
        };
        assert!(!of(4096, 4096) && !of(0, 4096) && !of(4096, 0));
        assert!(of(4097, 0) && of(1, 4097));
    }
}
