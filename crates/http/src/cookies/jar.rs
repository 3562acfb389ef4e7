//! A cookie jar with the rules of Python's `http.cookiejar` under its default policy, which is
//! what both clients use: version-0 (Netscape) cookies from `Set-Cookie`, lenient about what
//! servers send, `Cookie` headers ordered longest path first. Compared with the real jars on
//! `tests/engine/data/http_cookies.json`.

use std::time::{SystemTime, UNIX_EPOCH};

use indexmap::IndexMap;

use super::cookie::Cookie;
use super::limits::{Excess, MOST_OF_A_DOMAIN, MOST_OF_A_JAR};
use super::make::make;
use super::parse::{Parsed, parse};
use super::policy::{may_return, may_set};
use super::site::Site;

/// Cookies by domain, path and name. As in Python's nested dictionaries a place, once taken,
/// keeps its turn even when what stood there was removed.
#[derive(Clone, Debug, Default)]
pub struct CookieJar {
    version: u64,
    domains: IndexMap<String, Domain>,
}

/// By path, and then by name.
type Domain = IndexMap<String, IndexMap<String, Kept>>;

/// A cookie and the jar's version at which it was set last: the smaller, the older.
#[derive(Clone, Debug)]
struct Kept {
    cookie: Cookie,
    set_at: u64,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Grows with every change; equal versions of one jar mean equal content.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All cookies in the order in which Python's jar walks them.
    pub fn iter(&self) -> impl Iterator<Item = &Cookie> {
        self.domains
            .values()
            .flat_map(IndexMap::values)
            .flat_map(IndexMap::values)
            .map(|kept| &kept.cookie)
    }

    /// Puts a cookie in, in place of one of the same domain, path and name.
    pub fn set(&mut self, cookie: Cookie) {
        self.version += 1;
        let paths = place(&mut self.domains, &cookie.domain);
        let cookies = place(paths, &cookie.path);
        let set_at = self.version;
        match cookies.get_mut(&cookie.name) {
            Some(own) => *own = Kept { cookie, set_at },
            None => drop(cookies.insert(cookie.name.clone(), Kept { cookie, set_at })),
        }
    }

    /// Puts all cookies of another jar in.
    pub(crate) fn take_over(&mut self, other: &Self) {
        for cookie in other.iter() {
            self.set(cookie.clone());
        }
    }

    /// Takes a cookie out; says whether it was there.
    pub fn remove(&mut self, domain: &str, path: &str, name: &str) -> bool {
        let paths = self.domains.get_mut(domain);
        let cookies = paths.and_then(|paths| paths.get_mut(path));
        let removed = cookies.is_some_and(|cookies| cookies.shift_remove(name).is_some());
        self.version += u64::from(removed);
        removed
    }

    /// Empties the jar.
    pub fn clear(&mut self) {
        self.version += 1;
        self.domains.clear();
    }

    /// Stores what an answer set; `values` are its `Set-Cookie` headers (latin-1).
    pub(crate) fn extract<'a>(
        &mut self,
        site: &Site,
        values: impl Iterator<Item = &'a [u8]>,
        now: SystemTime,
    ) -> Option<Excess> {
        let now = unix(now);
        let Parsed {
            found,
            had_too_large,
        } = parse(values, now)?;
        let mut made = Vec::new();
        for found in found {
            let Some(cookie) = make(found, site) else {
                continue;
            };
            // A date in the past asks for removal; Python removes before it sets anything.
            if cookie.expires.is_some_and(|end| end <= now) {
                self.remove(&cookie.domain, &cookie.path, &cookie.name);
            } else {
                made.push(cookie);
            }
        }
        let (mut before, all_before) = (IndexMap::new(), self.count());
        for mut cookie in made.into_iter().filter(|cookie| may_set(cookie, site)) {
            if site.dialect.drops_escaped_quotes() {
                drop_escaped_quotes(&mut cookie);
            }
            if !before.contains_key(&cookie.domain) {
                let count = self.domains.get(&cookie.domain).map_or(0, count);
                before.insert(cookie.domain.clone(), count);
            }
            self.set(cookie);
        }
        let had_too_many = self.trim(&before);
        let had_too_many_in_all = self.trim_all(MOST_OF_A_JAR.max(all_before));
        match (had_too_large, had_too_many, had_too_many_in_all) {
            (true, _, _) => Some(Excess::TooLarge),
            (false, true, _) => Some(Excess::DomainFull),
            (false, false, true) => Some(Excess::JarFull),
            (false, false, false) => None,
        }
    }

    fn count(&self) -> usize {
        self.domains.values().map(count).sum()
    }

    /// Whether one of these domains, with so many cookies before, got more than a jar keeps. What a script put in
    /// beyond that stays in number.
    fn trim(&mut self, before: &IndexMap<String, usize>) -> bool {
        let mut is_excess = false;
        for (domain, before) in before {
            let most = MOST_OF_A_DOMAIN.max(*before);
            let paths = self.domains.get_mut(domain);
            is_excess |= paths.is_some_and(|paths| trim(paths, most));
        }
        is_excess
    }

    /// The same for all domains together: the oldest cookies of all go.
    fn trim_all(&mut self, most: usize) -> bool {
        if self.domains.len() > 2 * MOST_OF_A_JAR {
            self.domains.retain(|_, paths| count(paths) > 0);
        }
        let excess = self.count().saturating_sub(most);
        let all = self.domains.values().flat_map(IndexMap::values);
        let Some(last_gone) = last_to_go(all, excess) else {
            return false;
        };
        for paths in self.domains.values_mut() {
            drop_until(paths, last_gone);
        }
        true
    }

    /// The value of the `Cookie` header (latin-1), or `None` if no cookie fits. Cookies that
    /// have ended are removed.
    pub fn header_for(&mut self, site: &Site, now: SystemTime) -> Option<Vec<u8>> {
        let now = unix(now);
        let mut fitting: Vec<&Cookie> = self
            .iter()
            .filter(|cookie| may_return(cookie, site, now))
            .collect();
        fitting.sort_by_cached_key(|cookie| std::cmp::Reverse(cookie.path.chars().count()));
        let mut header = Vec::new();
        for cookie in &fitting {
            if !header.is_empty() {
                header.extend_from_slice(b"; ");
            }
            push_latin1(&cookie.name, &mut header);
            if let Some(value) = &cookie.value {
                header.push(b'=');
                push_latin1(value, &mut header);
            }
        }
        let is_any = !fitting.is_empty();
        self.drop_ended(now);
        is_any.then_some(header)
    }

    fn drop_ended(&mut self, now: i64) {
        let has_ended = |cookie: &Cookie| cookie.expires.is_some_and(|end| end <= now);
        if self.iter().any(has_ended) {
            self.version += 1;
            for cookies in self.domains.values_mut().flat_map(IndexMap::values_mut) {
                cookies.retain(|_, kept| !has_ended(&kept.cookie));
            }
        }
    }
}

/// What stands at a key, made if need be.
fn place<'a, T: Default>(groups: &'a mut IndexMap<String, T>, key: &str) -> &'a mut T {
    if !groups.contains_key(key) {
        groups.insert(key.to_owned(), T::default());
    }
    &mut groups[key]
}

fn count(paths: &Domain) -> usize {
    paths.values().map(IndexMap::len).sum()
}

/// Takes the oldest cookies out of a domain that has more, and the places of those that are gone.
fn trim(paths: &mut Domain, most: usize) -> bool {
    if paths.len() > 2 * most {
        paths.retain(|_, cookies| !cookies.is_empty());
    }
    let excess = count(paths).saturating_sub(most);
    let Some(last_gone) = last_to_go(paths.values(), excess) else {
        return false;
    };
    drop_until(paths, last_gone);
    true
}

/// When the youngest of the so many oldest cookies was set.
fn last_to_go<'a>(
    groups: impl Iterator<Item = &'a IndexMap<String, Kept>>,
    excess: usize,
) -> Option<u64> {
    let last = excess.checked_sub(1)?;
    let all = groups.flat_map(IndexMap::values);
    let mut ages: Vec<u64> = all.map(|kept| kept.set_at).collect();
    let (_, last_gone, _) = ages.select_nth_unstable(last);
    Some(*last_gone)
}

fn drop_until(paths: &mut Domain, last_gone: u64) {
    for cookies in paths.values_mut() {
        cookies.retain(|_, kept| kept.set_at > last_gone);
    }
}

fn unix(now: SystemTime) -> i64 {
    now.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs().cast_signed())
}

fn drop_escaped_quotes(cookie: &mut Cookie) {
    if let Some(value) = &mut cookie.value
        && value.starts_with('"')
        && value.ends_with('"')
    {
        *value = value.replace("\\\"", "");
    }
}

fn push_latin1(text: &str, out: &mut Vec<u8>) {
    for char in text.chars() {
        match u8::try_from(char) {
            Ok(byte) => out.push(byte),
            Err(_) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use crate::dialects::dialect::Dialect;

    use super::*;
    use crate::urls::url::Url;

    /// What the jars of requests 2.34.2 and geventhttpclient 2.6.1 did on Python 3.11.
    fn oracle() -> Value {
        serde_json::from_str(include_str!(
            "../../../../tests/engine/data/http_cookies.json"
        ))
        .expect("JSON")
    }

    fn latin1(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        push_latin1(text, &mut bytes);
        bytes
    }

    /// As the oracle writes it: what has its usual value is left out.
    fn as_json(cookie: &Cookie) -> Value {
        let mut all = json!({
            "name": cookie.name, "value": cookie.value, "port": cookie.port,
            "port_specified": cookie.port_specified, "domain": cookie.domain,
            "domain_specified": cookie.domain_specified, "domain_initial_dot": cookie.domain_initial_dot,
            "path": cookie.path, "path_specified": cookie.path_specified, "secure": cookie.secure,
            "expires": cookie.expires, "discard": cookie.discard, "comment": cookie.comment,
            "comment_url": cookie.comment_url, "rfc2109": cookie.rfc2109, "rest": cookie.rest,
        });
        let is_usual = |name: &str, value: &Value| match name {
            "name" | "value" | "domain" | "path" => false,
            "discard" => *value == json!(true),
            _ => [json!(null), json!(false), json!([])].contains(value),
        };
        if let Some(fields) = all.as_object_mut() {
            fields.retain(|name, value| !is_usual(name, value));
        }
        all
    }

    fn differences(
        row: &Value,
        dialect: Dialect,
        expected: &Value,
        now: SystemTime,
    ) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let site = |url: &str, host: Option<&str>| {
            Site::of(
                &Url::parse(url).expect("a URL"),
                host.map(str::as_bytes),
                dialect,
            )
        };
        let mut jar = CookieJar::new();
        for answer in row["set"].as_array().expect("answers") {
            let values: Vec<Vec<u8>> = answer
                .as_array()
                .expect("values")
                .iter()
                .map(|value| latin1(&text(value)))
                .collect();
            let place = site(&text(&row["site"]), row["host"].as_str());
            jar.extract(&place, values.iter().map(Vec::as_slice), now);
        }
        let mut found = Vec::new();
        let own: Vec<Value> = jar.iter().map(as_json).collect();
        if Value::from(own.clone()) != expected["jar"] {
            found.push(format!(
                "{dialect:?} {row}\n  ours: {}\n  real: {}",
                Value::from(own),
                expected["jar"]
            ));
        }
        for (url, header) in expected["headers"].as_object().expect("headers") {
            let own = jar.header_for(&site(url, None), now);
            if own != header.as_str().map(latin1) {
                found.push(format!(
                    "{dialect:?} {url} {row}\n  ours: {own:?}\n  real: {header}"
                ));
            }
        }
        found
    }

    #[test]
    fn cookies_are_kept_and_sent_as_by_pythons_jars() {
        let oracle = oracle();
        let now = UNIX_EPOCH + Duration::from_secs(oracle["now"].as_u64().expect("a time"));
        let mut found = Vec::new();
        for row in oracle["rows"].as_array().expect("rows") {
            let expected = |client: &str| row.get("both").unwrap_or(&row[client]).clone();
            found.extend(differences(
                row,
                Dialect::Requests,
                &expected("requests"),
                now,
            ));
            found.extend(differences(row, Dialect::Ghc, &expected("ghc"), now));
        }
        assert!(
            found.is_empty(),
            "{} differ:\n{}",
            found.len(),
            found.join("\n")
        );
    }

    const NOW: SystemTime = UNIX_EPOCH;

    fn of_h() -> Site {
        let url = Url::parse("http://h/").expect("a URL");
        Site::of(&url, None, Dialect::Requests)
    }

    fn taken(jar: &mut CookieJar, values: &[String]) -> Option<Excess> {
        jar.extract(&of_h(), values.iter().map(String::as_bytes), NOW)
    }

    fn names(jar: &CookieJar) -> Vec<&str> {
        jar.iter().map(|cookie| cookie.name.as_str()).collect()
    }

    #[test]
    fn a_cookie_may_be_as_large_as_browsers_take_them() {
        let value = |size: usize| format!("n={}", "v".repeat(size - 2));
        let mut jar = CookieJar::new();
        assert_eq!(taken(&mut jar, &[value(4096)]), None);
        assert_eq!(names(&jar), ["n"]);
        let larger = [value(4097).replace("n=", "o="), "p=1".to_owned()];
        assert_eq!(taken(&mut jar, &larger), Some(Excess::TooLarge));
        assert_eq!(names(&jar), ["n", "p"], "the others are taken");
        let attributes = ["q=1;".to_owned() + &"a;".repeat(100_000)];
        assert_eq!(taken(&mut jar, &attributes), Some(Excess::TooLarge));
    }

    #[test]
    fn a_domain_keeps_its_last_180_cookies() {
        let set = |numbers: std::ops::Range<usize>| -> Vec<String> {
            numbers.map(|n| format!("c{n}=1; Path=/{n}")).collect()
        };
        let mut jar = CookieJar::new();
        assert_eq!(taken(&mut jar, &set(0..180)), None);
        assert_eq!(taken(&mut jar, &set(100..180)), None, "the same again");
        assert_eq!(taken(&mut jar, &set(180..182)), Some(Excess::DomainFull));
        let left = names(&jar);
        assert_eq!((left.len(), left[0], left[179]), (180, "c2", "c181"));
        let version = jar.version();
        assert_eq!(taken(&mut jar, &set(1000..9000)), Some(Excess::DomainFull));
        assert_eq!(names(&jar)[179], "c8999");
        assert!(jar.version() > version);
        assert!(jar.domains["h.local"].len() <= 8180, "places go, too");
        taken(&mut jar, &set(0..1));
        assert_eq!(jar.domains["h.local"].len(), 181);
    }

    #[test]
    fn the_oldest_cookies_go_wherever_they_stand() {
        let mut jar = CookieJar::new();
        taken(&mut jar, &["root=1; Path=/".to_owned()]);
        jar.remove("h.local", "/", "root");
        let app: Vec<String> = (0..180).map(|n| format!("c{n}=1; Path=/app")).collect();
        assert_eq!(taken(&mut jar, &app), None);
        taken(&mut jar, &["c0=2; Path=/app".to_owned()]);
        let session = ["session=1; Path=/".to_owned()];
        assert_eq!(taken(&mut jar, &session), Some(Excess::DomainFull));
        let left = names(&jar);
        assert_eq!(
            (left.len(), left[0], left[1], left[2]),
            (180, "session", "c0", "c2")
        );
    }

    #[test]
    fn a_jar_keeps_the_last_3000_cookies_of_all_hosts() {
        let mut jar = CookieJar::new();
        let mut set = |number: usize, value: &str| {
            let url = Url::parse(&format!("http://h{number}.test/")).expect("a URL");
            let site = Site::of(&url, None, Dialect::Requests);
            jar.extract(&site, [value.as_bytes()].into_iter(), NOW)
        };
        for number in 0..3000 {
            assert_eq!(set(number, "a=1"), None);
        }
        assert_eq!(set(0, "a=2"), None, "the same again");
        assert_eq!(set(3000, "a=1"), Some(Excess::JarFull));
        for number in 4000..7500 {
            set(number, "a=1; Max-Age=1");
        }
        assert_eq!(jar.iter().count(), 3000);
        assert!(jar.domains.len() <= 6001, "places go, too");
        let (first, last) = (jar.iter().next(), jar.iter().last());
        let domain = |cookie: Option<&Cookie>| cookie.map(|one| one.domain.clone());
        assert_eq!(domain(first).as_deref(), Some("h4500.test"));
        assert_eq!(domain(last).as_deref(), Some("h7499.test"));
    }

    #[test]
    fn what_a_script_sets_has_no_limit() {
        let mut jar = CookieJar::new();
        taken(&mut jar, &["own=1".to_owned()]);
        let own = jar.iter().next().expect("a cookie").clone();
        for number in 0..1000 {
            let name = format!("own{number}");
            let value = Some("v".repeat(5000));
            jar.set(Cookie {
                name,
                value,
                ..own.clone()
            });
        }
        assert_eq!(jar.iter().count(), 1001);
        taken(&mut jar, &["own=2".to_owned()]);
        assert_eq!(jar.iter().count(), 1001, "nor does a server undo it");
        assert_eq!(
            taken(&mut jar, &["late=1".to_owned()]),
            Some(Excess::DomainFull)
        );
        assert_eq!(names(&jar)[1000], "late");
    }

    #[test]
    fn the_version_grows_with_each_change_and_only_then() {
        let now = UNIX_EPOCH + Duration::from_secs(1000);
        let site = of_h();
        let mut jar = CookieJar::new();
        jar.extract(&site, [&b"a=1; Max-Age=5"[..]].into_iter(), now);
        let version = jar.version();
        assert_eq!(jar.header_for(&site, now), Some(b"a=1".to_vec()));
        assert_eq!(jar.version(), version);
        assert_eq!(jar.header_for(&site, now + Duration::from_secs(6)), None);
        assert!(jar.version() > version && jar.is_empty());
        assert!(!jar.remove("h.local", "/", "a"));
        jar.extract(&site, [&b"a=1"[..]].into_iter(), now);
        let version = jar.version();
        jar.clear();
        assert!(jar.version() > version && jar.is_empty());
    }
}
