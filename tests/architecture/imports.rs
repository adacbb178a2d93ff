//! What the files of `src/` import from each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// A source file, without its unit tests.
pub struct Source {
    /// Relative to `src/`.
    pub file: String,
    pub text: String,
    /// Its module's path: `["web", "middleware", "host"]`; the crate's root has none.
    module: Vec<String>,
    pub imports: Vec<Import>,
}

/// An import of our own, as a path from the crate's root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import(Vec<String>);

impl Source {
    /// The room: the first segment of the module's path.
    pub fn room(&self) -> &str {
        let name = self.file.split('/').next().unwrap();
        name.strip_suffix(".rs").unwrap_or(name)
    }
}

impl Import {
    pub fn room(&self) -> &str {
        &self.0[0]
    }
}

impl fmt::Display for Import {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "crate::{}", self.0.join("::"))
    }
}

/// All files of `src/` that hold more than unit tests.
pub fn read() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    let sources = files.iter().filter(|path| !is_tests(path)).map(|path| source(&root, path));
    sources.collect()
}

/// `tests.rs` and what lies in `tests/` are unit tests in files of their own.
fn is_tests(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")))
}

fn source(root: &Path, path: &PathBuf) -> Source {
    let relative = path.strip_prefix(root).unwrap();
    let file = relative.to_str().unwrap().to_owned();
    let module: Vec<String> = match file.as_str() {
        "lib.rs" => Vec::new(),
        _ => file.strip_suffix(".rs").unwrap().split('/').map(str::to_owned).collect(),
    };
    let text = std::fs::read_to_string(path).unwrap();
    let text = without_comments(text.split("#[cfg(test)]\nmod tests").next().unwrap());
    let imports = imports(&text, &module);
    Source { file, text, module, imports }
}

fn without_comments(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |text, line| text + line + "\n")
}

/// Every `use` of our own and every inline path from `crate::` or `super::`.
fn imports(text: &str, module: &[String]) -> Vec<Import> {
    let mut found = BTreeSet::new();
    let mut rest = text.to_owned();
    let mut statements = Vec::new();
    // `use` stands at the start of a line, perhaps behind `pub`.
    while let Some(start) = find_use(&rest) {
        let end = start + rest[start..].find(';').unwrap();
        statements.push(rest[start + "use ".len()..end].to_owned());
        rest.replace_range(start..=end, "");
    }
    for statement in statements {
        for path in expand(&statement) {
            found.extend(absolute(&path, module));
        }
    }
    for prefix in ["crate::", "super::"] {
        for (start, _) in rest.match_indices(prefix) {
            let path: String = rest[start..]
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_' || *char == ':')
                .collect();
            let segments: Vec<String> = path.trim_end_matches(':').split("::").map(str::to_owned).collect();
            found.extend(absolute(&segments, module));
        }
    }
    found.into_iter().collect()
}

fn find_use(text: &str) -> Option<usize> {
    text.match_indices("use ").map(|(start, _)| start).find(|start| {
        let line = &text[text[..*start].rfind('\n').map_or(0, |end| end + 1)..*start];
        let before = line.trim_start();
        before.is_empty() || (before.starts_with("pub") && before.ends_with([' ', ')']))
    })
}

/// The paths of a use tree: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn expand(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((prefix, group)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap().trim();
        return vec![path.split("::").map(|segment| segment.trim().to_owned()).collect()];
    };
    let prefix: Vec<String> =
        prefix.split("::").map(|segment| segment.trim().to_owned()).filter(|segment| !segment.is_empty()).collect();
    let group = group.trim().strip_suffix('}').unwrap_or_else(|| panic!("not a use tree: {tree}"));
    let mut paths = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (index, char) in group.char_indices().chain([(group.len(), ',')]) {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = group[start..index].trim();
                start = (index + 1).min(group.len());
                if !part.is_empty() {
                    paths.extend(expand(part).into_iter().map(|path| [prefix.clone(), path].concat()));
                }
            }
            _ => {}
        }
    }
    paths
}

/// The path from the crate's root; `None` if it is of another crate.
fn absolute(path: &[String], module: &[String]) -> Option<Import> {
    let mut base: Vec<String> = match path.first()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return None,
    };
    let mut rest = path;
    while let Some((first, tail)) = rest.split_first() {
        match first.as_str() {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            _ => break,
        }
        rest = tail;
    }
    base.extend(rest.iter().filter(|segment| *segment != "self").cloned());
    (!base.is_empty()).then_some(Import(base))
}

/// Which file imports which: names that a module passes on are followed to the file that has them.
pub fn edges(sources: &[Source]) -> BTreeMap<String, BTreeSet<String>> {
    let files: BTreeMap<&[String], &Source> =
        sources.iter().filter(|source| !source.module.is_empty()).map(|source| (&source.module[..], source)).collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in files.values() {
        let targets = source.imports.iter().filter_map(|import| resolve(&import.0, &files, 0));
        // A module that passes its children's names on does not use them.
        let child =
            |target: &&Source| target.module.len() > source.module.len() && target.module.starts_with(&source.module);
        let targets = targets.filter(|target| target.file != source.file && !child(target));
        edges.insert(source.file.clone(), targets.map(|target| target.file.clone()).collect());
    }
    edges
}

fn resolve<'s>(path: &[String], files: &BTreeMap<&[String], &'s Source>, depth: usize) -> Option<&'s Source> {
    let length = (1..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
    let source = files[&path[..length]];
    let Some(name) = path.get(length).filter(|_| depth < 8) else { return Some(source) };
    let passed_on = re_exports(source).into_iter().find(|import| import.0.last() == Some(name));
    match passed_on {
        Some(Import(target)) if target != path => resolve(&target, files, depth + 1).or(Some(source)),
        _ => Some(source),
    }
}

/// The names that a file passes on: `pub use child::Name`.
fn re_exports(source: &Source) -> Vec<Import> {
    let mut found = Vec::new();
    for (start, _) in source.text.match_indices("pub use ") {
        let end = start + source.text[start..].find(';').unwrap();
        for path in expand(&source.text[start + "pub use ".len()..end]) {
            let own = matches!(path[0].as_str(), "crate" | "super" | "self");
            let path = if own { path } else { [vec!["self".to_owned()], path].concat() };
            found.extend(absolute(&path, &source.module));
        }
    }
    found
}

/// The groups of files that reach each other, each as one line.
pub fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let reach = |start: &String| {
        let mut seen = BTreeSet::new();
        let mut next = vec![start];
        while let Some(file) = next.pop() {
            for target in &edges[file] {
                if seen.insert(target.clone()) {
                    next.push(target);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = edges.keys().map(|file| (file, reach(file))).collect();
    let circle = |file: &String| -> BTreeSet<String> {
        reached[file].iter().filter(|other| reached[other].contains(file)).cloned().collect()
    };
    let groups: BTreeSet<BTreeSet<String>> = edges.keys().map(circle).filter(|group| group.len() > 1).collect();
    groups.into_iter().map(|group| group.into_iter().collect::<Vec<_>>().join(" <-> ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn use_trees_are_expanded_and_made_absolute() {
        let module: Vec<String> = ["web", "caller"].map(str::to_owned).to_vec();
        let text = "use std::io;\npub(super) use super::{a, b::{self, C}};\nuse crate::mcp::D as E;\nlet x = crate::tools::f();\n";
        let found: Vec<String> = imports(text, &module).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["crate::mcp::D", "crate::tools::f", "crate::web::a", "crate::web::b", "crate::web::b::C"]);
    }
}
