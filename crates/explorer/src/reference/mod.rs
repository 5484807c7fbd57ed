//! The whole API on one page, to be read or printed.
//!
//! The page links `/explorer/assets/reference.css`, which should style, for the screen and for paper:
//! `body > header`, `nav` (the contents: nested lists), `section.product`, `section.action` (each on a page
//! of its own in print, if it is long), `p.facts`, `table` (`th[scope=row]` has names in `code`; wide
//! ones should scroll at 380 px), `dl`, `pre`, `code`, and `.required` and `.optional` in tables. There is
//! no inline style, no script but the one that puts the chosen theme on the page, and it reads well without
//! the files.

mod html;
mod words;

use pharos_api::action::{ACTIONS, Action, PRODUCTS, Product};
use pharos_api::code::Code;
use pharos_api::region::Region;
use pharos_api::schema::{Structure, Type};
use pharos_api::text::{Language, Text};
use serde_json::Value;

use crate::catalogue::structures;
use html::{element, escaped, link, sentence, table};

/// The reference as one HTML page: every action with its parameters, reply, codes, limits and example;
/// every structure; every code.
pub fn reference(language: Language) -> String {
    let page = Page { language };
    let title = page.word(&words::TITLE);
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n\
         <link rel=\"icon\" href=\"/explorer/assets/icon.svg\" type=\"image/svg+xml\">\n\
         <script src=\"/explorer/assets/theme.js\"></script>\n\
         <link rel=\"stylesheet\" href=\"/explorer/assets/reference.css\">\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n{}<main>\n{}{}{}</main>\n</body>\n</html>\n",
        language.wire(),
        page.word(&words::INTRODUCTION),
        page.contents(),
        PRODUCTS
            .iter()
            .map(|product| page.product(product))
            .collect::<String>(),
        page.codes(),
        page.regions(),
    )
}

struct Page {
    language: Language,
}

impl Page {
    /// A text of the page itself or of the table.
    fn word(&self, text: &Text) -> String {
        sentence(text.in_language(self.language))
    }

    fn plain<'a>(&self, text: &'a Text) -> &'a str {
        text.in_language(self.language)
    }

    fn heading(&self, level: u8, text: &Text) -> String {
        format!("<h{level}>{}</h{level}>\n", self.word(text))
    }

    fn contents(&self) -> String {
        let products = PRODUCTS.iter().map(|product| {
            let actions = ACTIONS.iter().filter(|action| action.product == *product);
            let actions = actions.map(|action| item(&id(product, action.name), action.name));
            let structures = item(
                &id(product, words::STRUCTURES_ID),
                self.plain(&words::STRUCTURES),
            );
            format!(
                "<li>{}\n<ol>\n{}{structures}</ol>\n</li>\n",
                link(product.name, &escaped(product.title)),
                actions.collect::<String>()
            )
        });
        format!(
            "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">{}</h2>\n<ol>\n{}{}{}</ol>\n</nav>\n",
            self.word(&words::CONTENTS),
            products.collect::<String>(),
            item(words::CODES_ID, self.plain(&words::CODES)),
            item(words::REGIONS_ID, self.plain(&words::REGIONS)),
        )
    }

    fn product(&self, product: &Product) -> String {
        let actions = ACTIONS.iter().filter(|action| action.product == product);
        let tops: Vec<_> = actions
            .clone()
            .flat_map(|action| [action.input.name, action.output.name])
            .collect();
        let actions: String = actions.map(|action| self.action(action)).collect();
        let shared = structures(product);
        let shared = shared.values().filter(|of| !tops.contains(&of.name));
        let shared: String = shared.map(|of| self.structure(product, of)).collect();
        format!(
            "<section class=\"product\" id=\"{name}\">\n<h2>{} <small>{}</small></h2>\n<p>{} <code>{}</code></p>\n\
             {actions}<section id=\"{}\">\n{}{shared}</section>\n</section>\n",
            escaped(product.title),
            escaped(product.version),
            self.word(&words::DENIED),
            link(
                &code_id(product.denial.code()),
                product.denial.code().wire()
            ),
            id(product, words::STRUCTURES_ID),
            self.heading(3, &words::STRUCTURES),
            name = product.name,
        )
    }

    fn action(&self, action: &Action) -> String {
        let product = action.product;
        let facts = [
            format!(
                "{} {}",
                self.word(&words::REQUESTS_PER_SECOND),
                action.requests_per_second
            ),
            self.word(if action.needs_region {
                &words::NEEDS_REGION
            } else {
                &words::NEEDS_NO_REGION
            }),
        ];
        let codes = action.codes.iter().map(|code| {
            vec![
                element("code", &link(&code_id(*code), code.wire())),
                self.word(&code.meaning()),
            ]
        });
        let differences = action.differences.iter();
        let differences: String = differences
            .map(|difference| element("li", &self.word(difference)) + "\n")
            .collect();
        let differences = if differences.is_empty() {
            String::new()
        } else {
            let heading = self.heading(4, &words::DIFFERENCES);
            format!("{heading}<ul>\n{differences}</ul>\n")
        };
        format!(
            "<section class=\"action\" id=\"{}\">\n<h3>{}</h3>\n<p>{}</p>\n<p class=\"facts\">{}</p>\n\
             {}{}{}{}{}{}<p>{}</p>\n{differences}{}{}{}</section>\n",
            id(product, action.name),
            escaped(action.name),
            self.word(&action.summary),
            facts.join(" · "),
            self.heading(4, &words::PARAMETERS),
            self.fields(product, action.input, true),
            self.heading(4, &words::REPLY),
            self.fields(product, action.output, false),
            self.heading(4, &words::CODES),
            table(
                &[self.plain(&words::CODE), self.plain(&words::MEANING)],
                codes
            ),
            link(words::CODES_ID, &self.word(&words::COMMON_CODES)),
            self.heading(4, &words::EXAMPLE),
            example(action.example.parameters),
            example(action.example.reply),
        )
    }

    /// The fields of a structure; beside those of a reply stands no word of whether they are needed.
    fn fields(&self, product: &Product, structure: &Structure, is_input: bool) -> String {
        if structure.fields.is_empty() {
            return element("p", &self.word(&words::NOTHING)) + "\n";
        }
        let rows = structure.fields.iter().map(|field| {
            let need = match (is_input, field.required) {
                (false, _) => None,
                (true, true) => Some(("required", &words::REQUIRED)),
                (true, false) => Some(("optional", &words::OPTIONAL)),
            };
            let need = need
                .map(|(class, word)| format!("<span class=\"{class}\">{}</span>", self.word(word)));
            let mut cells = vec![
                element("code", &escaped(field.name)),
                self.type_of(product, &field.value),
            ];
            cells.extend(need);
            cells.push(self.word(&field.documentation));
            cells
        });
        let mut heads = vec![self.plain(&words::NAME), self.plain(&words::TYPE)];
        if is_input {
            heads.push(self.plain(&words::NEED));
        }
        heads.push(self.plain(&words::MEANING));
        table(&heads, rows)
    }

    fn type_of(&self, product: &Product, of: &Type) -> String {
        match of {
            Type::List(element) => format!(
                "{} {}",
                self.word(&words::LIST_OF),
                self.type_of(product, element)
            ),
            Type::Structure(structure) => link(&id(product, structure.name), structure.name),
            simple => simple.name().to_owned(),
        }
    }

    fn structure(&self, product: &Product, structure: &Structure) -> String {
        let is_input = ACTIONS
            .iter()
            .filter(|action| action.product == product)
            .any(|action| holds(action.input, structure.name));
        format!(
            "<section id=\"{}\">\n<h4>{}</h4>\n{}</section>\n",
            id(product, structure.name),
            escaped(structure.name),
            self.fields(product, structure, is_input)
        )
    }

    fn codes(&self) -> String {
        let common = self.word(&words::ANY_ACTION);
        let answered = Code::ALL.iter().filter(|code| code.is_answered());
        let rows = answered.map(|code| {
            let actions = ACTIONS.iter().filter(|action| action.codes.contains(code));
            let actions = actions.map(|action| link(&id(action.product, action.name), action.name));
            let whose = if Code::COMMON.contains(code) {
                common.clone()
            } else {
                actions.collect::<Vec<_>>().join(", ")
            };
            let name = format!("<code id=\"{}\">{}</code>", code_id(*code), code.wire());
            vec![name, self.word(&code.meaning()), whose]
        });
        let heads = [&words::CODE, &words::MEANING, &words::ANSWERED_BY];
        let heads = heads.map(|head| self.plain(head));
        format!(
            "<section id=\"{}\">\n{}{}</section>\n",
            words::CODES_ID,
            self.heading(2, &words::CODES),
            table(&heads, rows)
        )
    }

    fn regions(&self) -> String {
        let rows = Region::ALL
            .iter()
            .map(|region| vec![element("code", region.wire()), self.word(&region.name())]);
        let heads = [self.plain(&words::REGION), self.plain(&words::NAME)];
        format!(
            "<section id=\"{}\">\n{}{}</section>\n",
            words::REGIONS_ID,
            self.heading(2, &words::REGIONS),
            table(&heads, rows)
        )
    }
}

/// Whether a structure holds one of this name.
fn holds(structure: &Structure, name: &str) -> bool {
    let inner = structure.fields.iter();
    let mut inner = inner.filter_map(|field| crate::catalogue::inner(&field.value));
    inner.any(|inner| inner.name == name || holds(inner, name))
}

fn id(product: &Product, name: &str) -> String {
    format!("{}.{name}", product.name)
}

fn code_id(code: Code) -> String {
    format!("code.{}", code.wire())
}

fn item(id: &str, text: &str) -> String {
    element("li", &link(id, &escaped(text))) + "\n"
}

/// An example's JSON, on as many lines as it needs.
fn example(text: &str) -> String {
    let read = serde_json::from_str::<Value>(text);
    let shown = read.map_or_else(|_| text.to_owned(), |value| format!("{value:#}"));
    format!("<pre><code>{}</code></pre>\n", escaped(&shown))
}

#[cfg(test)]
mod tests;
