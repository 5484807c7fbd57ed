//! Filters, as several actions take them: a name and the values that will do.

use serde_json::Value;

use crate::code::Code;
use crate::error::{ApiError, quoted};
use crate::ids::too_many;
use crate::parameter::{Parameter, Path};
use crate::text::Text;

/// How many filters one call may give (protocol.md section 5.3).
pub const FILTERS_MAX: usize = 10;

crate::structure! {
    /// One filter. What it is about fits if one of the values does.
    #[derive(Clone, Debug)]
    parameters Filter = "Filter" {
        name: String = "Name", "What to look at.", "过滤键。";
        values: Vec<String> = "Values", "The values that will do.", "过滤值列表。";
    }
}

/// Reads at most [`FILTERS_MAX`] filters with at least one and at most `values_max` values each.
pub(crate) fn decode(
    value: Value,
    path: &Path<'_>,
    values_max: usize,
) -> Result<Vec<Filter>, ApiError> {
    let filters = Vec::<Filter>::decode(value, path)?;
    if filters.len() > FILTERS_MAX {
        return Err(too_many(path, filters.len(), FILTERS_MAX));
    }
    for (index, filter) in filters.iter().enumerate() {
        let at = Path::Index(path, index);
        let at = Path::Field(&at, "Values");
        if filter.values.is_empty() {
            return Err(no_value(&at));
        }
        if filter.values.len() > values_max {
            return Err(too_many(&at, filter.values.len(), values_max));
        }
    }
    Ok(filters)
}

/// A filter without a value lets nothing through, which nobody means.
pub(crate) fn no_value(path: &Path<'_>) -> ApiError {
    ApiError::new(
        Code::InvalidFilter,
        Text::new(
            format!("`{path}` is empty. Give at least one value, or leave the filter out."),
            format!("`{path}` 为空，请至少提供一个值或去掉该过滤器。"),
        ),
    )
}

/// No filter has this name here.
pub(crate) fn unknown(path: &Path<'_>, name: &str, names: &[&str]) -> ApiError {
    ApiError::new(Code::InvalidFilter, known(path, name, names))
}

/// Which filters there are, to who asked for another.
pub(crate) fn known(path: &Path<'_>, name: &str, names: &[&str]) -> Text {
    let (name, names) = (quoted(name), names.join("`, `"));
    Text::new(
        format!("There is no filter `{name}` (`{path}`); use one of `{names}`."),
        format!("不存在过滤键 `{name}`（`{path}`），可用的过滤键为 `{names}`。"),
    )
}
