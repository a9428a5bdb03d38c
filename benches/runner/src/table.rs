//! What was measured, beside what was asked for.

/// One measured thing.
pub struct Row {
    /// What it is.
    pub what: String,
    /// What it may be; empty where nothing is promised.
    pub budget: String,
    /// What it is for the provider.
    pub measured: String,
    /// What it is for what the provider is compared with.
    pub peer: String,
    /// Measured ÷ peer, or ÷ budget where that is a number and there is no peer.
    pub ratio: String,
}

impl Row {
    /// A row without comparison.
    pub fn new(what: impl Into<String>, budget: &str, measured: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            budget: budget.to_owned(),
            measured: measured.into(),
            peer: String::new(),
            ratio: String::new(),
        }
    }

    /// The same of a row that names what it is compared with, where that is not the usual peer.
    pub fn beside(self, other: Option<&str>) -> Self {
        let what = match other {
            None => self.what,
            Some(name) => format!("{}, beside {name}", self.what),
        };
        Self { what, ..self }
    }

    /// The same where the peer could not be measured.
    pub fn without(self, reason: &str) -> Self {
        let peer = reason.to_owned();
        Self { peer, ..self }
    }

    /// The same beside a peer.
    pub fn against(self, peer: impl Into<String>, ratio: f64) -> Self {
        let (peer, ratio) = (peer.into(), format!("{ratio:.2}"));
        Self { peer, ratio, ..self }
    }
}

/// Prints the rows as a Markdown table with aligned columns.
pub fn print(rows: &[Row]) {
    let head = ["what", "budget", "measured", "peer", "ratio"].map(str::to_owned);
    let cells = |row: &Row| [&row.what, &row.budget, &row.measured, &row.peer, &row.ratio].map(Clone::clone);
    let lines: Vec<_> = std::iter::once(head).chain(rows.iter().map(cells)).collect();
    let width = |column: usize| {
        let widths = lines.iter().map(|line| line[column].chars().count());
        widths.max().unwrap_or_default()
    };
    let widths: Vec<_> = (0..5).map(width).collect();
    for (number, line) in lines.iter().enumerate() {
        let padded: Vec<_> = line
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        println!("| {} |", padded.join(" | "));
        if number == 0 {
            let rules: Vec<_> = widths.iter().map(|&width| "-".repeat(width)).collect();
            println!("| {} |", rules.join(" | "));
        }
    }
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    assert!(!values.is_empty(), "nothing was measured");
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}
