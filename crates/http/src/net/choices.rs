//! Words of the command line about the network, read and judged: `--resolve`, `--source-address`.

use std::net::{IpAddr, SocketAddr, UdpSocket};

/// Reads `host:port:address`; an IPv6 address may stand in brackets, as `curl` has it.
///
/// # Errors
/// What is wrong, naming the value.
pub fn fixed_address(text: &str) -> Result<(String, u16, IpAddr), String> {
    let malformed = || format!("`{text}` is not host:port:address");
    let (host, rest) = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once("]:").ok_or_else(malformed)?,
        None => text.split_once(':').ok_or_else(malformed)?,
    };
    let (port, address) = rest.split_once(':').ok_or_else(malformed)?;
    if host.is_empty() {
        return Err(malformed());
    }
    let port = port
        .parse()
        .map_err(|_| format!("`{port}` in `{text}` is not a port"))?;
    let bare = address
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(address);
    let address = bare
        .parse()
        .map_err(|_| format!("`{address}` in `{text}` is not an IP address"))?;
    Ok((host.to_ascii_lowercase(), port, address))
}

/// Reads an address of this machine.
///
/// # Errors
/// What is wrong, naming the value: not an address, or one that nothing can be sent from.
pub fn own_address(text: &str) -> Result<IpAddr, String> {
    let address: IpAddr = text
        .parse()
        .map_err(|_| format!("`{text}` is not an IP address"))?;
    match UdpSocket::bind(SocketAddr::new(address, 0)) {
        Ok(_) => Ok(address),
        Err(error) => Err(format!(
            "`{text}` is not an address of this machine: {error}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_addresses_are_read_as_curl_reads_them() {
        let read =
            |text: &str| fixed_address(text).map(|(host, port, to)| format!("{host} {port} {to}"));
        assert_eq!(
            read("Shop.example:443:10.0.0.1").as_deref(),
            Ok("shop.example 443 10.0.0.1")
        );
        assert_eq!(read("shop:80:::1").as_deref(), Ok("shop 80 ::1"));
        assert_eq!(read("[::2]:80:[::1]").as_deref(), Ok("::2 80 ::1"));
        for (text, part) in [
            ("shop", "`shop` is not host:port:address"),
            (":80:::1", "`:80:::1` is not host:port:address"),
            ("shop:x:::1", "`x` in `shop:x:::1` is not a port"),
            (
                "shop:80:there",
                "`there` in `shop:80:there` is not an IP address",
            ),
        ] {
            assert_eq!(read(text), Err(part.to_owned()));
        }
    }

    #[test]
    fn only_addresses_of_this_machine_can_be_come_from() {
        assert!(own_address("127.0.0.1").is_ok());
        assert_eq!(
            own_address("here"),
            Err("`here` is not an IP address".to_owned())
        );
        let foreign = own_address("192.0.2.1").expect_err("nobody's address");
        assert!(foreign.starts_with("`192.0.2.1` is not an address of this machine: "));
    }
}
