use super::*;
use std::collections::HashSet;

/// The values of an attribute, in the order in which they stand.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let parts = page.split(start.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[test]
fn everything_is_on_the_page_in_both_languages() {
    for language in [Language::English, Language::Chinese] {
        let page = reference(language);
        for action in ACTIONS {
            let section = format!("id=\"{}\"", id(action.product, action.name));
            assert!(page.contains(&section), "{section}");
            let summary = sentence(action.summary.in_language(language));
            assert!(page.contains(&summary), "{summary}");
        }
        for product in PRODUCTS {
            for structure in structures(product).values() {
                for field in structure.fields {
                    let told = sentence(field.documentation.in_language(language));
                    assert!(page.contains(&told), "{told}");
                }
            }
        }
        for code in Code::ALL.iter().filter(|code| code.is_answered()) {
            assert!(
                page.contains(&format!("id=\"{}\"", code_id(*code))),
                "{code:?}"
            );
        }
    }
}

/// What the page loads.
const FILES: [&str; 2] = [
    "/explorer/assets/icon.svg",
    "/explorer/assets/reference.css",
];

#[test]
fn every_link_leads_somewhere_and_no_place_has_two_names() {
    let page = reference(Language::English);
    let ids = values(&page, "id");
    let places: HashSet<_> = ids.iter().copied().collect();
    assert_eq!(places.len(), ids.len());
    let links = values(&page, "href");
    assert!(links.len() > ACTIONS.len());
    for link in links {
        match link.strip_prefix('#') {
            Some(place) => assert!(places.contains(place), "{link}"),
            None => assert!(FILES.contains(&link), "{link}"),
        }
    }
}

/// The strict policy of the server would block them, and nothing in the table is markup.
#[test]
fn there_is_no_inline_style_or_script_and_every_element_is_closed() {
    for language in [Language::English, Language::Chinese] {
        let page = reference(language);
        let theme = "<script src=\"/explorer/assets/theme.js\"></script>";
        assert_eq!(page.matches(theme).count(), 1);
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("<style"));
        assert!(values(&page, "style").is_empty());
        let mut open = Vec::new();
        for tag in page.split('<').skip(1) {
            let name = tag.split([' ', '>']).next().unwrap();
            match name.strip_prefix('/') {
                Some(name) => assert_eq!(open.pop(), Some(name), "</{tag}"),
                None if ["!doctype", "meta", "link"].contains(&name) => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
    }
}
