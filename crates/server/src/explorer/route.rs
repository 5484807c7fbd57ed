//! Which requests are the explorer's, and what each asks for.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, Method, Request};
use pharos_api::action::ACTIONS;
use pharos_api::text::Language;
use pharos_protocol::v1;

use super::recent_requests;
use super::work::Work;

/// Where it begins.
pub(crate) const ROOT: &str = "/explorer";

/// The content type of a call that is signed with version 1 in its body.
const FORM: &str = "application/x-www-form-urlencoded";

/// The header that says which action is called, in version 3.
const ACTION: HeaderName = HeaderName::from_static("x-tc-action");

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// The server's address itself, by a browser.
    Home,
    /// Something that is there to be read.
    Document(Document),
    /// A calculation about what is posted.
    Work(Work),
    /// The recent requests: a call that is signed like any other.
    Requests,
    /// A path where nothing is.
    Nothing,
    /// Which methods there are.
    Methods(&'static str),
    /// A method that there is not, beside those that there are.
    NotAllowed(&'static str),
    /// Something posted that is no JSON.
    NotJson,
}

/// What can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// The page, which shows what the address says.
    Page,
    /// A file of the page's.
    Asset(String),
    /// The action table as JSON.
    Catalogue,
    /// The whole API on one page.
    Reference(Language),
}

/// What stands at a path.
enum Place {
    Document(Document),
    Work(Work),
    /// A page to read; a call to post.
    Requests,
    Nothing,
}

impl Route {
    /// Reads where a request goes; `None` if it is not the explorer's. One that is signed is a call, but for the
    /// one action that is asked of the explorer.
    pub(crate) fn of<B>(request: &Request<B>) -> Option<Self> {
        let (method, uri, headers) = (request.method(), request.uri(), request.headers());
        let is_signed = headers.contains_key(AUTHORIZATION);
        let below = uri.path().strip_prefix(ROOT);
        let Some(below) = below.filter(|below| below.is_empty() || below.starts_with('/')) else {
            let is_home = method == Method::GET
                && uri.path() == "/"
                && uri.query().is_none()
                && !is_signed
                && wants_page(headers);
            return is_home.then_some(Self::Home);
        };
        let place = Place::at(below, uri.query().unwrap_or_default());
        if *method == Method::POST && matches!(place, Place::Requests) {
            let action = headers.get(ACTION);
            let is_asked = action.is_none_or(|action| action == recent_requests::ACTION);
            return (is_asked && !is_media_type(headers, FORM)).then_some(Self::Requests);
        }
        let query = uri.query().unwrap_or_default();
        let is_signed = is_signed
            || match *method {
                Method::POST => is_media_type(headers, FORM),
                _ => v1::are_signed(query.as_bytes()),
            };
        (!is_signed).then(|| Self::to(place, method, headers))
    }

    fn to(place: Place, method: &Method, headers: &HeaderMap) -> Self {
        let allowed = place.methods();
        match (method, place) {
            (_, Place::Nothing) => Self::Nothing,
            (&Method::GET | &Method::HEAD, Place::Document(document)) => Self::Document(document),
            (&Method::GET | &Method::HEAD, Place::Requests) => Self::Document(Document::Page),
            (&Method::POST, Place::Work(work)) if is_media_type(headers, "application/json") => {
                Self::Work(work)
            }
            (&Method::POST, Place::Work(_)) => Self::NotJson,
            (&Method::OPTIONS, _) => Self::Methods(allowed),
            _ => Self::NotAllowed(allowed),
        }
    }
}

impl Place {
    fn at(below: &str, query: &str) -> Self {
        match below {
            "" | "/" | "/history" | "/signature" => return Self::Document(Document::Page),
            "/requests" => return Self::Requests,
            "/catalogue.json" => return Self::Document(Document::Catalogue),
            "/check" => return Self::Work(Work::Check),
            "/code" => return Self::Work(Work::Code),
            "/reference" => {
                let is_chinese = query.split('&').any(|pair| pair == "lang=zh");
                let language = if is_chinese {
                    Language::Chinese
                } else {
                    Language::English
                };
                return Self::Document(Document::Reference(language));
            }
            _ => {}
        }
        if let Some(path) = below.strip_prefix("/assets/") {
            return Self::Document(Document::Asset(path.to_owned()));
        }
        let mut parts = below.split('/').skip(1);
        let named = (parts.next(), parts.next(), parts.next(), parts.next());
        let is_action = ACTIONS.iter().any(|action| {
            let product = action.product;
            named
                == (
                    Some(product.name),
                    Some(product.version),
                    Some(action.name),
                    None,
                )
        });
        if is_action {
            Self::Document(Document::Page)
        } else {
            Self::Nothing
        }
    }

    const fn methods(&self) -> &'static str {
        match self {
            Self::Document(_) | Self::Nothing => "GET, HEAD, OPTIONS",
            Self::Work(_) => "POST, OPTIONS",
            Self::Requests => "GET, HEAD, POST, OPTIONS",
        }
    }
}

fn is_media_type(headers: &HeaderMap, media_type: &str) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let given = value.and_then(|value| value.split(';').next());
    given.is_some_and(|given| given.trim().eq_ignore_ascii_case(media_type))
}

/// Whether it is a browser that shows what it gets: those name HTML, and no client of the API does.
fn wants_page(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|range| range.trim().eq_ignore_ascii_case("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(method: &str, target: &str, headers: &[(&str, &str)]) -> Option<Route> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Route::of(&request.body(()).unwrap())
    }

    #[test]
    fn what_is_signed_is_a_call_wherever_it_goes() {
        let json = ("Content-Type", "application/json");
        let authorization = ("Authorization", "TC3-HMAC-SHA256 Credential=…");
        for (method, target, headers) in [
            ("POST", "/explorer", vec![authorization, json]),
            ("GET", "/explorer/reference?KeyName=a", vec![authorization]),
            ("HEAD", "/explorer", vec![authorization]),
            ("POST", "/explorer/check", vec![authorization, json]),
            (
                "POST",
                "/explorer/requests",
                vec![authorization, json, ("X-TC-Action", "CreateKeyPair")],
            ),
            ("GET", "/explorer?Action=A&Signature=a", vec![]),
            ("GET", "/explorer?SecretId=AKIDa", vec![]),
            ("POST", "/explorer", vec![("Content-Type", FORM)]),
            ("POST", "/explorer/requests", vec![("Content-Type", FORM)]),
            ("POST", "/", vec![json]),
            ("GET", "/explorers", vec![]),
            ("GET", "/sub/explorer", vec![]),
        ] {
            assert_eq!(route(method, target, &headers), None, "{method} {target}");
        }
    }

    #[test]
    fn the_one_action_of_the_explorer_is_asked_of_it() {
        let authorization = ("Authorization", "TC3-HMAC-SHA256 Credential=…");
        let action = ("X-TC-Action", "DescribeRequests");
        for headers in [vec![authorization, action], vec![action], vec![]] {
            let asked = route("POST", "/explorer/requests", &headers);
            assert_eq!(asked, Some(Route::Requests));
        }
        assert_eq!(route("POST", "/", &[authorization, action]), None);
        let signed = route("GET", "/explorer/requests", &[authorization, action]);
        assert_eq!(signed, None);
    }

    #[test]
    fn only_a_browser_that_opens_the_address_is_sent_on() {
        let browser = (
            "Accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        );
        assert_eq!(route("GET", "/", &[browser]), Some(Route::Home));
        for (method, target, headers) in [
            ("GET", "/", vec![]),
            ("GET", "/", vec![("Accept", "*/*")]),
            ("GET", "/", vec![("Accept", "application/json")]),
            ("GET", "/?Action=DescribeRegions", vec![browser]),
            ("GET", "/", vec![browser, ("Authorization", "a")]),
            ("HEAD", "/", vec![browser]),
            ("POST", "/", vec![browser]),
            ("GET", "/index.html", vec![browser]),
        ] {
            assert_eq!(route(method, target, &headers), None, "{method} {target}");
        }
    }

    #[test]
    fn every_action_has_a_page_and_nothing_else_does() {
        for action in ACTIONS {
            let (product, name) = (action.product, action.name);
            let target = format!("/explorer/{}/{}/{name}", product.name, product.version);
            let page = Some(Route::Document(Document::Page));
            assert_eq!(route("GET", &target, &[]), page, "{target}");
        }
        for target in [
            "/explorer/lighthouse",
            "/explorer/lighthouse/2020-03-24",
            "/explorer/lighthouse/2020-03-24/CreateKeyPair/",
            "/explorer/lighthouse/2020-03-24/createkeypair",
            "/explorer/lighthouse/2018-08-13/CreateKeyPair",
            "/explorer/cvm/2020-03-24/CreateKeyPair",
            "/explorer/assets",
            "/explorer/index.html",
            "/explorer//",
        ] {
            assert_eq!(route("GET", target, &[]), Some(Route::Nothing), "{target}");
        }
    }
}
