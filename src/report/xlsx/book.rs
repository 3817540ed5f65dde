//! A workbook, sheet by sheet.

use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

use super::page::{Chart, Page, failed};
use crate::keys::text::typed_cell;
use crate::report::tables::Sheet;
use crate::results::Setup;

/// A workbook that is being made.
pub(super) struct Book<'a> {
    setup: &'a Setup,
    pages: Vec<Page>,
}

impl<'a> Book<'a> {
    /// An empty workbook of results with this setup.
    pub fn new(setup: &'a Setup) -> Self {
        Self { setup, pages: Vec::new() }
    }

    /// Adds a sheet with what `fill` fills it with, unless that is nothing. All of it is in `file` too.
    pub fn add(
        &mut self,
        name: &'static str,
        file: &'static str,
        fill: impl FnOnce(&mut dyn Sheet) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut page = Page::new(self.setup, name, file);
        fill(&mut page)?;
        if page.has_rows() {
            page.close().map_err(failed)?;
            self.pages.push(page);
        }
        Ok(())
    }

    /// Adds a chart to the last sheet.
    pub fn draw(&mut self, chart: &Chart) -> io::Result<()> {
        self.pages.last_mut().map_or(Ok(()), |page| page.draw(chart)).map_err(failed)
    }

    /// The workbook's bytes.
    pub fn finish(self) -> io::Result<Vec<u8>> {
        let mut workbook = Workbook::new();
        // Always the same day: the same results are the same bytes.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
        let title = typed_cell(&self.setup.name);
        workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
        for page in self.pages {
            workbook.push_worksheet(page.into_sheet());
        }
        workbook.save_to_buffer().map_err(failed)
    }
}
