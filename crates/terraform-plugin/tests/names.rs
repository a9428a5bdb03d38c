//! The framework knows neither a service nor a provider that is made with it.

use std::fs;
use std::path::Path;

const NAMES: [&str; 7] = [
    "wsoa",
    "workspace one",
    "omnissa",
    "tenant",
    "oauth",
    "access-api",
    "access_token",
];

#[test]
fn no_service_and_no_provider_is_named() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let (mut looked_at, mut found) = (0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            looked_at += 1;
            for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
                let line = line.to_lowercase();
                let named = NAMES.iter().filter(|name| line.contains(*name));
                found.extend(named.map(|name| format!("{}:{}: {name}", path.display(), number + 1)));
            }
        }
    }
    assert!(looked_at > 40, "{looked_at} files");
    assert_eq!(found, Vec::<String>::new());
}
