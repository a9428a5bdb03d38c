//! The archive of a platform: the binary and the license, at the root.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

use super::platform::Platform;
use super::{Failure, NAME, VERSION};

const LICENSE: &[u8] = include_bytes!("../../../LICENSE");

/// What is known of a file in an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the archive.
    pub name: String,
    /// Its mode on Unix.
    pub mode: Option<u32>,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// An archive that was read.
pub struct Archive {
    /// Its files, in their order.
    pub entries: Vec<Entry>,
}

impl Archive {
    /// The bytes of a new archive. Order, times and modes do not depend on where and when it is made.
    pub fn of(program: &[u8], platform: &Platform) -> Result<Vec<u8>, Failure> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, mode, content) in [
            (platform.program().as_str(), 0o755, program),
            ("LICENSE", 0o644, LICENSE),
        ] {
            let options = SimpleFileOptions::default()
                .compression_method(CompressionMethod::Deflated)
                .last_modified_time(DateTime::default()) // 1980-01-01, the first that the format has
                .system(System::Unix)
                .unix_permissions(mode);
            zip.start_file(name, options)?;
            zip.write_all(content)?;
        }
        Ok(zip.finish()?.into_inner())
    }

    /// Reads an archive.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let mut zip = ZipArchive::new(Cursor::new(bytes))?;
        let mut entries = Vec::new();
        for index in 0..zip.len() {
            let mut file = zip.by_index(index)?;
            let mut content = Vec::new();
            file.read_to_end(&mut content)?;
            entries.push(Entry {
                name: file.name().to_owned(),
                mode: file.unix_mode().map(|mode| mode & 0o777),
                content,
            });
        }
        Ok(Self { entries })
    }
}

/// Starts the binary that is in an archive, which has to be one for this machine, and returns what it calls itself. A
/// binary that does not start, or is of another version, is an error.
pub fn start(archive: &Path) -> Result<String, Failure> {
    let directory = tempfile::tempdir()?;
    ZipArchive::new(fs::File::open(archive)?)?.extract(directory.path())?;
    let mut programs = fs::read_dir(directory.path())?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(NAME));
    let (Some(program), None) = (programs.next(), programs.next()) else {
        return Err(format!("{} does not hold one binary", archive.display()).into());
    };
    let output = Command::new(program.path()).arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && text == format!("{NAME} {VERSION}") {
        return Ok(text);
    }
    let said = text + &String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{} ended with {} and said {said:?}",
        archive.display(),
        output.status
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_binary_gives_the_same_bytes() {
        let platform = Platform::of("x86_64-unknown-linux-musl").unwrap();
        let one = Archive::of(b"a binary", &platform).unwrap();
        assert_eq!(one, Archive::of(b"a binary", &platform).unwrap());
        let mut zip = ZipArchive::new(Cursor::new(&one)).unwrap();
        let time = zip.by_index(0).unwrap().last_modified().unwrap();
        assert_eq!(
            time.to_string(),
            "1980-01-01 00:00:00",
            "the time of this run is in it"
        );
        let entries = Archive::read(&one).unwrap().entries;
        let known: Vec<_> = entries
            .iter()
            .map(|entry| (entry.name.clone(), entry.mode))
            .collect();
        assert_eq!(
            known,
            [
                (platform.program(), Some(0o755)),
                ("LICENSE".to_owned(), Some(0o644))
            ]
        );
        assert_eq!(entries[0].content, b"a binary");
    }
}
