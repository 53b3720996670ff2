//! What a service left behind, by name. Pure.

/// Whether a name of a cookie or storage key is meant by a pattern: the name itself, or its beginning and `*`.
pub fn means(pattern: impl AsRef<[u8]>, name: impl AsRef<[u8]>) -> bool {
    let (pattern, name) = (pattern.as_ref(), name.as_ref());
    match pattern {
        [start @ .., b'*'] => name.starts_with(start),
        _ => name == pattern,
    }
}

/// The names among the browser's `document.cookie` (RFC 6265 § 5.4: `name=value; name=value`).
pub fn cookie_names(cookies: &str) -> impl Iterator<Item = &str> {
    cookies.split(';').filter_map(|pair| pair.trim().split('=').next()).filter(|name| !name.is_empty())
}

/// The domains at which a page of this host may have set a cookie: none named (the host alone), the host, its parents.
/// A browser refuses those that are public suffixes, so asking for too many does no harm.
pub fn domains(host: &str) -> impl Iterator<Item = &str> {
    let parents =
        host.match_indices('.').filter_map(move |(at, _)| host.get(at + 1..)).filter(|rest| rest.contains('.'));
    core::iter::once(host).chain(parents)
}

/// The paths at which a page at `path` can see a cookie: each prefix that ends at a slash, with it and without.
pub fn paths(path: &str) -> impl Iterator<Item = &str> {
    let inner = path.match_indices('/').flat_map(move |(at, _)| [path.get(..at), path.get(..=at)]).flatten();
    inner.filter(|prefix| !prefix.is_empty()).chain(core::iter::once(path))
}
