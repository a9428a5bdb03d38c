//! The part of the filter language that connectors use: `attribute eq|co "value"`.

use serde_json::Value;

use super::store::Resource;

/// One comparison.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    attribute: String,
    contains: bool,
    value: String,
}

impl Filter {
    /// Reads a filter; the message of an error is for the caller.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.trim().splitn(3, ' ');
        let attribute = parts.next().unwrap_or_default();
        let operator = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quoted = parts.next().unwrap_or_default().trim();
        let known = ["userName", "externalId", "displayName", "id"];
        let Some(attribute) = known
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(attribute))
        else {
            return Err(format!("Cannot filter by {attribute:?}."));
        };
        if operator != "eq" && operator != "co" {
            return Err(format!("The operator {operator:?} is not supported."));
        }
        // The literal is a JSON string.
        let value = serde_json::from_str(quoted).map_err(|_| format!("{quoted} is not a quoted string."))?;
        Ok(Self {
            attribute: attribute.to_owned(),
            contains: operator == "co",
            value,
        })
    }

    /// Whether a resource passes; case is ignored as in SCIM, except in ids of other systems.
    pub(crate) fn passes(&self, resource: &Resource) -> bool {
        let found = match self.attribute.as_str() {
            "id" => resource.id.as_str(),
            name => resource
                .attributes
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default(),
        };
        let (found, value) = if self.attribute == "externalId" {
            (found.to_owned(), self.value.clone())
        } else {
            (found.to_lowercase(), self.value.to_lowercase())
        };
        if self.contains {
            found.contains(&value)
        } else {
            found == value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn reads_what_connectors_send_and_nothing_else() {
        let filter = Filter::parse(r#"Username co "a \"b\" c""#).unwrap();
        assert_eq!(
            filter,
            Filter {
                attribute: "userName".into(),
                contains: true,
                value: r#"a "b" c"#.into()
            }
        );
        for bad in [
            "",
            "userName",
            r#"userName sw "a""#,
            "userName eq a",
            r#"title eq "a""#,
        ] {
            assert!(Filter::parse(bad).is_err(), "{bad}");
        }
    }
}
