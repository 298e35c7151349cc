//! Reads what the figures write: a strict little XML parser, and one for CSV (RFC 4180).

use std::collections::BTreeMap;

/// An element with its text and children.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub fn number(&self, name: &str) -> f64 {
        let value = self.attribute(name);
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name}=\"{value}\" of <{}>", self.name))
    }

    /// This one and all below it.
    pub fn all(&self) -> Vec<&Element> {
        let mut found = vec![self];
        for child in &self.children {
            found.extend(child.all());
        }
        found
    }

    pub fn named(&self, name: &str) -> Vec<&Element> {
        self.all().into_iter().filter(|e| e.name == name).collect()
    }

    pub fn by_id(&self, id: &str) -> &Element {
        let found = self.all().into_iter().find(|e| e.attribute("id") == id);
        found.unwrap_or_else(|| panic!("no element with the id {id}"))
    }

    /// All text in it.
    pub fn words(&self) -> String {
        self.all()
            .iter()
            .map(|e| format!("{} ", e.text.trim()))
            .collect()
    }
}

/// Parses a document of elements, attributes and text; panics where it is not well-formed.
pub fn parse_xml(text: &str) -> Element {
    let mut rest = text;
    let root = element(&mut rest);
    assert!(rest.trim().is_empty(), "after the root: {rest:?}");
    root
}

fn element(rest: &mut &str) -> Element {
    let at = rest
        .strip_prefix('<')
        .unwrap_or_else(|| panic!("no element at {:?}", head(rest)));
    let end = at.find(['>', ' ', '/']).expect("a tag that ends");
    let mut element = Element {
        name: at[..end].to_owned(),
        ..Element::default()
    };
    assert!(
        element.name.chars().all(|c| c.is_ascii_alphanumeric()),
        "{}",
        element.name
    );
    *rest = &at[end..];
    loop {
        *rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("/>") {
            *rest = after;
            return element;
        }
        if let Some(after) = rest.strip_prefix('>') {
            *rest = after;
            break;
        }
        let (key, after) = rest.split_once("=\"").expect("an attribute");
        let (value, after) = after.split_once('"').expect("a quoted value");
        assert!(!value.contains('<'), "{value}");
        let old = element.attributes.insert(key.to_owned(), unescaped(value));
        assert!(old.is_none(), "two attributes {key}");
        *rest = after;
    }
    loop {
        let end = rest.find('<').expect("an end tag");
        element.text += &unescaped(&rest[..end]);
        *rest = &rest[end..];
        if let Some(after) = rest.strip_prefix("</") {
            let after = after
                .strip_prefix(element.name.as_str())
                .expect("the same tag");
            *rest = after.strip_prefix('>').expect("the end of a tag");
            return element;
        }
        element.children.push(self::element(rest));
    }
}

fn head(text: &str) -> String {
    text.chars().take(40).collect()
}

fn unescaped(text: &str) -> String {
    let allowed = |c: char| c >= ' ' || matches!(c, '\t' | '\n' | '\r');
    assert!(text.chars().all(allowed), "a control character in {text:?}");
    let mut out = String::new();
    for (at, part) in text.split('&').enumerate() {
        if at == 0 {
            out += part;
            continue;
        }
        let (entity, after) = part.split_once(';').expect("an entity that ends");
        out += match entity {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            other => panic!("&{other};"),
        };
        out += after;
    }
    out
}

/// Rows of fields; panics where the text is no CSV.
pub fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut field = String::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' => {
                assert!(field.is_empty(), "a quote inside of {field:?}");
                loop {
                    match letters.next().expect("a closing quote") {
                        '"' if letters.peek() == Some(&'"') => field.push(letters.next().unwrap()),
                        '"' => break,
                        c => field.push(c),
                    }
                }
                assert!(
                    matches!(letters.peek(), Some(',' | '\r')),
                    "after {field:?}"
                );
            }
            ',' => row.push(std::mem::take(&mut field)),
            '\r' => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\n' => panic!("a line that ends without a carriage return"),
            c => field.push(c),
        }
    }
    assert!(
        field.is_empty() && row.is_empty(),
        "the last line does not end"
    );
    rows
}
