//! Looks for the files of the web page and has them embedded: those that `webui` was built to, or the small page that
//! needs no build. It never runs npm and asks nobody outside. `RLOCUST_WEB=require` refuses a page that is missing or
//! older than its sources.
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let webui = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../webui");
    println!("cargo::rerun-if-env-changed=RLOCUST_WEB");
    println!("cargo::rerun-if-changed=build.rs");
    // Not the whole folder: what npm installs there would build the engine anew.
    for name in SOURCES.iter().chain(&["src", "public", "dist", "fallback"]) {
        println!("cargo::rerun-if-changed={}", webui.join(name).display());
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let folder = page(&webui)?;
    let mut files = Vec::new();
    collect(&folder, "", &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for name in files.iter().filter(|name| !name.starts_with('.')) {
        let bytes = fs::read(folder.join(name))?;
        let packed = out.join(name.replace('/', "+") + ".gz");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes)?;
        fs::write(&packed, gzip.finish()?)?;
        let tag = hex(&Sha256::digest(&bytes)[..8]);
        let (path, packed) = (
            folder.join(name).display().to_string(),
            packed.display().to_string(),
        );
        writeln!(
            table,
            "File {{ name: {name:?}, tag: {tag:?}, bytes: include_bytes!({path:?}), packed: include_bytes!({packed:?}) }},"
        )?;
    }
    table.push(']');
    fs::write(out.join("web_files.rs"), table)?;
    Ok(())
}

/// Where the page is.
fn page(webui: &Path) -> Outcome<PathBuf> {
    let is_required = std::env::var("RLOCUST_WEB").is_ok_and(|word| word == "require");
    let dist = webui.join("dist");
    let problem = if !dist.join("index.html").is_file() {
        "the web page has not been built"
    } else if fs::read_to_string(dist.join(".stamp"))?.trim() != stamp(webui)? {
        "the web page is older than its sources"
    } else {
        return Ok(dist);
    };
    if is_required {
        return Err(format!("{problem}: run `npm ci && npm run build` in webui").into());
    }
    println!("cargo::warning={problem}; `make ui` builds it");
    let is_there = dist.join("index.html").is_file();
    Ok(if is_there {
        dist
    } else {
        webui.join("fallback")
    })
}

/// What is built, beside `src` and `public`.
const SOURCES: [&str; 7] = [
    "finish.mjs",
    "index.html",
    "package-lock.json",
    "package.json",
    "report.html",
    "tsconfig.json",
    "vite.config.ts",
];

/// What `webui/stamp` prints: the hash of the list of hashes of all sources.
fn stamp(webui: &Path) -> Outcome<String> {
    let mut names: Vec<String> = SOURCES.map(str::to_owned).to_vec();
    for folder in ["src", "public"] {
        collect(&webui.join(folder), &format!("{folder}/"), &mut names)?;
    }
    names.sort();
    let mut lines = String::new();
    for name in names {
        let hash = hex(&Sha256::digest(fs::read(webui.join(&name))?));
        writeln!(lines, "{hash}  {name}")?;
    }
    Ok(hex(&Sha256::digest(lines)))
}

fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
