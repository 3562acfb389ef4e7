//! One text, compressed once by each method that clients announce. The answer is compressed whatever the request
//! accepts: a client that asked for nothing must see what it does with it.

use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::answer::{Answer, Page, Reply};

const SENTENCE: &str = "The quick brown fox jumps over the lazy dog. ";
const REPEATED: usize = 20;

/// The text compressed by brotli's own tool: the engine holds only a decoder.
const BROTLI: &[u8] = b"\x1b\x83\x03\x88,\x0ex\xd3\xd0\x95]\x97\x10\xbb\x17+\xa9\xca\xd0\x92\xcc\x8c\xadA\\\xe6\xf26\xc8\x19\x9e\x9e\n{\x83\r8pH o$\xbeA\xa7\x15\xce\x1c\x1e'\xaa)8\xc2\x89\xb8O\x83\x01";

static GZIP_PAGE: LazyLock<Page> = LazyLock::new(|| page("gzip", gzip()));
static DEFLATE_PAGE: LazyLock<Page> = LazyLock::new(|| page("deflate", deflate()));
static BROTLI_PAGE: LazyLock<Page> = LazyLock::new(|| page("br", BROTLI.to_vec()));
static ZSTD_PAGE: LazyLock<Page> = LazyLock::new(|| page("zstd", zstd()));

pub fn answer(encoding: &str) -> Option<Answer> {
    Some(Answer::Page(match encoding {
        "gzip" => &GZIP_PAGE,
        "deflate" => &DEFLATE_PAGE,
        "br" => &BROTLI_PAGE,
        "zstd" => &ZSTD_PAGE,
        _ => return None,
    }))
}

fn text() -> String {
    SENTENCE.repeat(REPEATED)
}

fn page(encoding: &'static str, body: Vec<u8>) -> Page {
    Reply::new(200, "text/plain; charset=utf-8", body)
        .with("content-encoding", encoding)
        .into()
}

fn gzip() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(text().as_bytes());
    written.and_then(|()| encoder.finish()).unwrap_or_default() // writing into memory does not fail
}

fn deflate() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(text().as_bytes());
    written.and_then(|()| encoder.finish()).unwrap_or_default() // as above
}

fn zstd() -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(text().as_bytes(), level)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn every_encoding_decodes_to_the_text() {
        let mut found = [const { String::new() }; 4];
        let [gz, zlib, br, zst] = &mut found;
        flate2::read::GzDecoder::new(&GZIP_PAGE.body[..])
            .read_to_string(gz)
            .unwrap();
        flate2::read::ZlibDecoder::new(&DEFLATE_PAGE.body[..])
            .read_to_string(zlib)
            .unwrap();
        brotli_decompressor::Decompressor::new(&BROTLI_PAGE.body[..], 4096)
            .read_to_string(br)
            .unwrap();
        ruzstd::decoding::StreamingDecoder::new(&ZSTD_PAGE.body[..])
            .unwrap()
            .read_to_string(zst)
            .unwrap();
        for decoded in &found {
            assert_eq!(*decoded, text());
        }
    }
}
