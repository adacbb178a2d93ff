//! The scopes of the documentation page, for the operations whose documents name none.

use std::collections::BTreeMap;

/// Reads the page's table. A row has a scope, an endpoint like `GET /contacts/:contactId`, and more; a row without a scope
/// belongs to the scope above it.
pub fn read(page: &str) -> BTreeMap<(String, String), String> {
    let mut scopes = BTreeMap::new();
    let mut scope = String::new();
    for row in page.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, first, endpoint, ..] = cells[..] else { continue };
        if !first.starts_with("&nbsp;") && !first.is_empty() {
            first.clone_into(&mut scope);
        }
        let Some((method, path)) = endpoint.split_once(' ') else { continue };
        if method.chars().all(|char| char.is_ascii_uppercase()) && path.trim().starts_with('/') && scope.contains('.') {
            scopes.entry((method.to_owned(), template(path.trim()))).or_insert_with(|| scope.clone());
        }
    }
    scopes
}

/// A path with `{}` for each parameter and without a trailing slash, whatever the parameters are called.
pub fn template(path: &str) -> String {
    let segment = |segment: &str| {
        let is_parameter = segment.starts_with(':') || segment.starts_with('{');
        if is_parameter { "{}".to_owned() } else { segment.to_owned() }
    };
    path.trim_end_matches('/').split('/').map(segment).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_scope_belongs_to_the_one_above() {
        let page = "| Scope | API | \n| --- | --- |\n| a.readonly | GET /a/ | x |\n| &nbsp; | GET /a/:id | x |\n";
        let scopes = read(page);
        let scope = |path: &str| scopes.get(&("GET".to_owned(), template(path))).map(String::as_str);
        assert_eq!(scope("/a/{aId}"), Some("a.readonly"));
        assert_eq!(scope("/a"), Some("a.readonly"));
        assert_eq!(scope("/b"), None);
    }
}
