//! `check <config.json>`: what is wrong with an owner's configuration, before a browser sees it. The reader is the one of
//! the second file; what neither file can carry is asked here, the Public Suffix List.

use anyhow::{Context, Result};
use portcullis::config::{Config, ServiceEntry, Severity, Words, read};
use serde_json::Value;
use std::path::Path;

/// Prints the problems of the configuration in this file; whether there is no error among them.
pub fn file(path: &Path) -> Result<bool> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
    let lines = problems(&value);
    for (severity, line) in &lines {
        let word = if *severity == Severity::Error { "error" } else { "warning" };
        println!("{word:<8} {line}");
    }
    if lines.is_empty() {
        println!("{}: nothing is wrong", path.display());
    }
    Ok(lines.iter().all(|(severity, _)| *severity != Severity::Error))
}

/// What is wrong, line by line.
fn problems(value: &Value) -> Vec<(Severity, String)> {
    let mut words = Words::default();
    let config = read(value, &mut words);
    let lines = words.lines().into_iter().map(|line| (line.severity, line.text));
    lines.chain(suffixes(&config).map(|line| (Severity::Error, line))).collect()
}

/// The hosts of which everybody may register one below: what is said of such a host is said of strangers' too.
fn suffixes(config: &Config) -> impl Iterator<Item = String> {
    let mut named = Vec::new();
    let mut name = |path: String, host: &str| named.push((path, host.to_owned()));
    if let Some(site) = &config.site {
        name("site".into(), site);
    }
    if let Some(share) = &config.share {
        name("share".into(), share.domain());
    }
    for (index, entry) in config.services.iter().enumerate() {
        if let ServiceEntry::Own(own) = entry {
            for (at, host) in own.hosts.iter().enumerate() {
                name(format!("services[{index}].hosts[{at}]"), host);
            }
        }
    }
    named.into_iter().filter(|(_, host)| is_public(host)).map(|(path, host)| {
        format!(
            "{path}: found {host:?}, a public suffix, below which anybody may have a name; expected a name of one owner"
        )
    })
}

/// Whether this name, with or without a path behind it, is a public suffix.
fn is_public(spelled: &str) -> bool {
    let host = spelled.split('/').next().unwrap_or_default().trim_matches('.').to_ascii_lowercase();
    let known = psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known());
    known && psl::domain(host.as_bytes()).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(value: &Value) -> Vec<String> {
        problems(value).into_iter().map(|(_, line)| line.split(',').next().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn a_public_suffix_is_no_site() {
        for site in ["co.uk", "CO.UK.", "github.io", "s3.amazonaws.com", "com.au"] {
            let found = site.trim_end_matches('.').to_ascii_lowercase();
            assert_eq!(lines(&json!({ "site": site })), [format!("site: found {found:?}")]);
        }
        for site in ["example.co.uk", "shop.example.co.uk", "my.github.io", "example.com", "shop.internal", "localhost"]
        {
            assert_eq!(lines(&json!({ "site": site })), [""; 0], "{site}");
        }
    }

    #[test]
    fn nor_is_it_a_services_host_or_shared() {
        let service = json!({ "id": "a", "category": "analytics", "hosts": ["a.example", "github.io/ads"] });
        assert_eq!(
            lines(&json!({ "services": [service], "share": ".co.uk" })),
            ["share: found \".co.uk\"", "services[0].hosts[1]: found \"github.io/ads\""]
        );
    }

    #[test]
    fn what_the_reader_finds_is_said_as_well() {
        assert_eq!(lines(&json!({ "bloc": "known", "site": "uk.com" })).len(), 2);
        assert_eq!(lines(&json!({})), [""; 0]);
    }
}
