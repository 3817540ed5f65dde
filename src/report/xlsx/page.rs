//! A sheet of a workbook, filled cell by cell.

use std::io;
use std::ops::Range;

use rust_xlsxwriter::{Chart as Drawing, ChartType, Color, Format, FormatBorder, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::domain::SimTime;
use crate::domain::stamp::Civil;
use crate::keys::text::typed_cell;
use crate::keys::wording::{counted, grouped};
use crate::metrics::catalog::NEVER_TEXT;
use crate::report::tables::{Cell, Sheet};
use crate::results::Setup;

/// A sheet ends after this many rows, so that large results need little more memory than small ones.
pub(super) const ROWS: u32 = 10_000;

/// Columns are at least and at most as wide as this many digits.
const WIDTHS: (usize, usize) = (8, 48);

/// As wide as an instant is.
const INSTANT: &str = "yyyy-mm-dd hh:mm:ss";

/// A sheet that is being filled.
pub(super) struct Page {
    sheet: Worksheet,
    name: &'static str,
    /// The file that has all rows.
    file: &'static str,
    civil: Civil,
    zone: String,
    columns: Vec<Column>,
    instant: Format,
    /// Rows that are whole, those that are left out included.
    rows: u64,
    /// The next cell's column.
    next: usize,
}

/// What is known of a column.
struct Column {
    title: String,
    unit: Unit,
    width: usize,
}

/// What cells are in, as far as that follows from their type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    /// It does not.
    None,
    /// Seconds.
    Seconds,
    /// The time on the clocks of the zone.
    Zone,
}

/// A chart of the rows of a sheet, which stands below them. Columns count from 0.
pub(super) struct Chart {
    /// What stands above it.
    pub title: String,
    /// How values are drawn.
    pub kind: ChartType,
    /// A series for each of these columns, whose header names it.
    pub series: Range<u16>,
    /// What the values are of.
    pub categories: Range<u16>,
}

impl Page {
    /// An empty sheet of results with this setup.
    pub fn new(setup: &Setup, name: &'static str, file: &'static str) -> Self {
        Self {
            sheet: Worksheet::new(),
            name,
            file,
            civil: Civil::new(&setup.start),
            zone: zone(setup),
            columns: Vec::new(),
            instant: Format::new().set_num_format(INSTANT),
            rows: 0,
            next: 0,
        }
    }

    /// Whether it has more than a header.
    pub fn has_rows(&self) -> bool {
        self.rows > 0
    }

    /// Rows that are in the sheet, without the header.
    fn shown(&self) -> u32 {
        self.rows.min(u64::from(ROWS)) as u32
    }

    /// Writes what is known at the end only, and how the sheet is shown and printed.
    pub fn close(&mut self) -> Result<(), XlsxError> {
        let shown = self.shown();
        let header = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0x00E6_ECF2))
            .set_border_bottom(FormatBorder::Thin);
        for (place, column) in (0..).zip(&self.columns) {
            let title = &column.title;
            let title = match column.unit {
                Unit::None => title.clone(),
                Unit::Seconds => format!("{} (s)", title.strip_suffix("_s").unwrap_or(title)),
                Unit::Zone => format!("{title} ({})", self.zone),
            };
            // The arrow of the filter stands beside the title.
            let width = column.width.max(title.width() + 2).clamp(WIDTHS.0, WIDTHS.1);
            self.sheet.write_string_with_format(0, place, title, &header)?;
            self.sheet.set_column_width(place, width as u32)?;
        }
        let last = self.columns.len().saturating_sub(1) as u16;
        self.sheet.autofilter(0, 0, shown, last)?;
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape().set_print_fit_to_pages(1, 0);
        if self.rows > u64::from(shown) {
            let all = counted(self.rows, "row");
            let note =
                format!("The first {} of {all}; all are in {}.", grouped(&shown.to_string()), self.file);
            self.sheet.write_string(shown + 1, 0, note)?;
        }
        self.sheet.set_name(self.name)?;
        Ok(())
    }

    /// Adds a chart below the rows.
    pub fn draw(&mut self, chart: &Chart) -> Result<(), XlsxError> {
        let last = self.shown();
        let mut drawing = Drawing::new(chart.kind);
        let categories = (self.name, 1, chart.categories.start, last, chart.categories.end - 1);
        for column in chart.series.clone() {
            let series = drawing.add_series();
            series.set_categories(categories).set_values((self.name, 1, column, last, column));
            series.set_name((self.name, 0, column));
        }
        drawing.title().set_name(&chart.title);
        if chart.series.len() == 1 {
            drawing.legend().set_hidden();
        }
        drawing.set_width(720).set_height(if chart.is_bar() { 120 + 28 * last.min(40) } else { 420 });
        if chart.is_bar() {
            // Else the first would be at the bottom.
            drawing.x_axis().set_reverse();
        }
        self.sheet.insert_chart(last + 2, 0, &drawing)?;
        Ok(())
    }

    /// The sheet, which is whole.
    pub fn into_sheet(self) -> Worksheet {
        self.sheet
    }

    /// Writes a cell, and says how wide it is.
    fn write(&mut self, row: u32, column: u16, cell: Cell<'_>) -> Result<usize, XlsxError> {
        /// As wide as a number is, unless somebody wants all of its digits.
        const NUMBER: usize = 10;
        let sheet = &mut self.sheet;
        Ok(match cell {
            Cell::Nothing => 0,
            Cell::Text(text) => text_cell(sheet, row, column, &text)?,
            Cell::Value(text) => match text.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => sheet.write_number(row, column, number).map(|_| NUMBER)?,
                None => text_cell(sheet, row, column, &text)?,
            },
            Cell::Number(f64::INFINITY) => text_cell(sheet, row, column, NEVER_TEXT)?,
            Cell::Number(number) => sheet.write_number(row, column, number).map(|_| NUMBER)?,
            Cell::Integer(number) => sheet.write_number(row, column, number as f64).map(|_| NUMBER)?,
            Cell::Seconds(length) => sheet.write_number(row, column, length.as_secs_f64()).map(|_| NUMBER)?,
            Cell::Truth(value) => sheet.write_boolean(row, column, value).map(|_| NUMBER)?,
            Cell::Instant(at) => match serial(&self.civil, at) {
                Some(serial) => sheet
                    .write_number_with_format(row, column, serial, &self.instant)
                    .map(|_| INSTANT.len())?,
                None => text_cell(sheet, row, column, &self.civil.text(at))?,
            },
        })
    }
}

impl Chart {
    /// Whether its values are lengths of bars from left to right.
    fn is_bar(&self) -> bool {
        self.kind == ChartType::Bar
    }
}

/// Writes a text, and says how wide it is.
fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<usize, XlsxError> {
    let text = typed_cell(text);
    let width = text.width();
    sheet.write_string(row, column, text)?;
    Ok(width)
}

/// The instant as spreadsheets count: days since the end of 1899. `None` where they disagree on the calendar, before March
/// 1900, or know no date, from the year 10000 on.
fn serial(civil: &Civil, at: SimTime) -> Option<f64> {
    /// The day on which 1970 began.
    const FIRST_OF_1970: f64 = 25_569.0;
    let days = civil.local_micros(at) as f64 / 86_400e6 + FIRST_OF_1970;
    (61.0..2_958_466.0).contains(&days).then_some(days)
}

impl Sheet for Page {
    fn header(&mut self, names: &[&str]) -> io::Result<()> {
        let column =
            |name: &&str| Column { title: typed_cell(name).into_owned(), unit: Unit::None, width: 0 };
        self.columns = names.iter().map(column).collect();
        Ok(())
    }

    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let place = self.next;
        self.next += 1;
        if self.rows >= u64::from(ROWS) {
            return Ok(());
        }
        let unit = match cell {
            Cell::Instant(_) => Unit::Zone,
            Cell::Seconds(_) => Unit::Seconds,
            _ => Unit::None,
        };
        let width = self.write(self.rows as u32 + 1, place as u16, cell).map_err(failed)?;
        let column = &mut self.columns[place];
        column.width = column.width.max(width);
        column.unit = column.unit.max(unit);
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        self.next = 0;
        Ok(())
    }
}

/// The zone whose clocks instants are told by.
fn zone(setup: &Setup) -> String {
    let name = setup.start.time_zone().iana_name();
    name.map_or_else(|| setup.start.offset().to_string(), str::to_owned)
}

/// A workbook that cannot be made.
#[expect(clippy::needless_pass_by_value, reason = "errors are mapped with it")]
pub(super) fn failed(error: XlsxError) -> io::Error {
    io::Error::other(format!("cannot make the workbook: {error}"))
}
