//! The files of the page, embedded when the program is built.

/// One file, as it is and packed by gzip.
#[derive(Debug)]
pub struct File {
    pub name: &'static str,
    /// Changes with the content.
    pub tag: &'static str,
    pub bytes: &'static [u8],
    pub packed: &'static [u8],
}

static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/web_files.rs"));

/// By its name below the root of the page.
pub fn file(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.name == name)
}

impl File {
    pub fn content_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map_or("", |(_, end)| end) {
            "html" => "text/html; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "json" | "webmanifest" => "application/json",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}
