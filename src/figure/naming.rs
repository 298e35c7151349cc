//! File names that say what the file is.

/// "Handwritten digits - FC 4 after 20 epochs - t-SNE.svg": the parts that are not empty, without what
/// some system does not take in a name.
pub fn file_name(parts: &[&str], extension: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    let name: String = parts
        .join(" - ")
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(180)
        .collect();
    // A name that begins with a dot is hidden, one that ends with it is not taken by Windows.
    let name = name.trim_matches(['.', ' ']);
    let name = if name.is_empty() { "figure" } else { name };
    format!("{name}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_say_what_they_are_and_every_system_takes_them() {
        let parts = ["Handwritten digits", "FC 4 after 20 epochs", "", "t-SNE"];
        let name = file_name(&parts, "svg");
        assert_eq!(
            name,
            "Handwritten digits - FC 4 after 20 epochs - t-SNE.svg"
        );
        assert_eq!(file_name(&["..a/b\\c:d?\u{7}"], "csv"), "a-b-c-d-.csv");
        assert_eq!(file_name(&[""], "png"), "figure.png");
        assert!(
            file_name(&["字".repeat(500).as_str()], "png")
                .chars()
                .count()
                < 200
        );
    }
}
