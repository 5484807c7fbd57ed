//! Lines for a person.

use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// One line for a person: the values of a request in columns, without their names.
pub(super) struct TerminalLine;

impl<S, N> FormatEvent<S, N> for TerminalLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        // Whole seconds are enough for eyes: `2026-11-25T03:38:34`.
        let seconds = time.split('.').next().unwrap_or_default();
        write!(line, "{seconds}Z  ")?;
        if fields.message == "request" {
            let value = |name| fields.value(name);
            write!(
                line,
                "{:<16}  {:<12}  {}  {}  {} ms  {}",
                value("action"),
                value("region"),
                value("account"),
                value("outcome"),
                value("duration_ms"),
                value("request_id")
            )?;
            for name in ["explanation", "cause"] {
                if let Some((_, text)) = fields.others.iter().find(|(field, _)| *field == name) {
                    write!(line, "\n    {name}: {text}")?;
                }
            }
        } else {
            if *event.metadata().level() != Level::INFO {
                write!(line, "{}  ", event.metadata().level())?;
            }
            line.write_str(&fields.message)?;
            for (name, value) in &fields.others {
                write!(line, "  {name}: {value}")?;
            }
        }
        writeln!(line)
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Vec<(&'static str, String)>,
}

impl Fields {
    fn value(&self, name: &str) -> &str {
        let found = self.others.iter().find(|(field, _)| *field == name);
        found.map_or("-", |(_, value)| value)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = write!(text, "{value:?}");
        if field.name() == "message" {
            self.message = text;
        } else {
            self.others.push((field.name(), text));
        }
    }
}
