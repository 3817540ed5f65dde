//! Paints a drawing onto plotters' backends: one function for the shapes, and what differs between SVG and PNG.

use ab_glyph::{Font, Glyph, GlyphId, PxScale, point};
use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::PlotError;
use super::canvas::{Anchor, Drawing, Point, Shape, Text, advance, font};
use super::style::PAPER;
use crate::keys::text::xml;

/// Units of the SVG's coordinates in a pixel: the backend knows whole units only, and curves need finer ones.
const SVG_UNITS: u32 = 4;

/// Samples across a pixel of the bitmap, averaged in the end.
const SAMPLES: usize = 3;

/// The same of a bitmap with more than [`LARGE`] pixels, of which each is small and there are many to keep in memory.
const FEWER: usize = 2;

/// So many pixels are a large bitmap.
const LARGE: u64 = 2_500_000;

/// Red, green and blue.
const CHANNELS: usize = 3;

/// Fonts of the SVG, first choice first: viewers without Open Sans have one of about the same widths.
const FAMILIES: &str = "Open Sans, Segoe UI, Helvetica, Arial, sans-serif";

/// The drawing as an SVG document.
pub(super) fn svg(drawing: &Drawing) -> Result<String, PlotError> {
    let mut document = String::new();
    let (wide, high) = drawing.paper.pixels();
    let (units_wide, units_high) = (wide * SVG_UNITS, high * SVG_UNITS);
    {
        let mut backend = SVGBackend::with_string(&mut document, (units_wide, units_high));
        let (right, bottom) = (units_wide as i32, units_high as i32);
        let paper = [(0, 0), (right, 0), (right, bottom), (0, bottom)];
        backend.fill_polygon(paper, &ShapeStyle::from(&PAPER).filled()).map_err(broken)?;
        paint(drawing, f64::from(SVG_UNITS) * drawing.paper.scale, &mut backend, svg_text)?;
        backend.present().map_err(broken)?;
    }
    let body = document.split_once('>').map_or("", |(_, body)| body);
    let title = xml(&drawing.title);
    Ok(format!(
        "<svg width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {units_wide} {units_high}\" role=\"img\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n<title>{title}</title>{body}"
    ))
}

/// The drawing as a PNG file. `samples` is the room to paint it in, whatever is there: to have so much memory from the system
/// takes as long as to encode the file.
pub(super) fn png(drawing: &Drawing, samples: &mut Vec<u8>) -> Result<Vec<u8>, PlotError> {
    let (wide, high) = drawing.paper.pixels();
    let is_large = u64::from(wide) * u64::from(high) > LARGE;
    let pixels = if is_large {
        sampled::<FEWER, { CHANNELS * FEWER }>(drawing, samples)?
    } else {
        sampled::<SAMPLES, { CHANNELS * SAMPLES }>(drawing, samples)?
    };
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, wide, high);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::Adaptive);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(file)
}

/// The pixels of the drawing, each the mean of `N` × `N` samples; `ACROSS` is how many bytes those of a line take.
fn sampled<const N: usize, const ACROSS: usize>(
    drawing: &Drawing,
    samples: &mut Vec<u8>,
) -> Result<Vec<u8>, PlotError> {
    let (wide, high) = drawing.paper.pixels();
    let (across, down) = (wide * N as u32, high * N as u32);
    // The samples are paper from the start: the backend fills an area column by column, which is slow for all of it. Paper has
    // the same in each channel.
    samples.clear();
    samples.resize(across as usize * down as usize * CHANNELS, PAPER.0);
    {
        let mut backend = BitMapBackend::with_buffer(samples, (across, down));
        paint(drawing, N as f64 * drawing.paper.scale, &mut backend, bitmap_text)?;
        backend.present().map_err(broken)?;
    }
    let mut pixels = vec![0; wide as usize * high as usize * CHANNELS];
    let mut sums = vec![0_u16; across as usize * CHANNELS];
    let bands = samples.chunks_exact(sums.len() * N);
    for (band, pixels) in bands.zip(pixels.chunks_exact_mut(wide as usize * CHANNELS)) {
        // Down first, then across: what lies side by side in memory is added up together.
        sums.fill(0);
        for line in band.chunks_exact(sums.len()) {
            sums.iter_mut().zip(line).for_each(|(sum, &sample)| *sum += u16::from(sample));
        }
        let sums = sums.as_chunks::<ACROSS>().0;
        for (pixel, sums) in pixels.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(sums) {
            *pixel = std::array::from_fn(|channel| {
                let sum: u16 = (0..N).map(|sample| sums[sample * CHANNELS + channel]).sum();
                (sum / (N * N) as u16) as u8
            });
        }
    }
    Ok(pixels)
}

/// Paints every shape, `scale` units to a pixel. Text is left to `write`: plotters' own bitmap text ignores the side
/// bearings of letters, and sizes it otherwise than the SVG's.
fn paint<B: DrawingBackend>(
    drawing: &Drawing,
    scale: f64,
    backend: &mut B,
    write: impl Fn(&mut B, &Text, f64) -> Result<(), PlotError>,
) -> Result<(), PlotError> {
    let place = |(x, y): Point| ((x * scale).round() as i32, (y * scale).round() as i32);
    for shape in &drawing.shapes {
        match shape {
            Shape::Line { points, colour, width } => {
                let mut path: Vec<(i32, i32)> = points.iter().map(|&point| place(point)).collect();
                path.dedup();
                if path.len() > 1 {
                    let style = ShapeStyle::from(colour).stroke_width((width * scale).round() as u32);
                    backend.draw_path(path, &style).map_err(broken)?;
                }
            }
            Shape::Area { points, colour } => {
                let style = ShapeStyle::from(colour).filled();
                let path = points.iter().map(|&point| place(point));
                backend.fill_polygon(path, &style).map_err(broken)?;
            }
            Shape::Disc { centre, radius, colour } => {
                let style = ShapeStyle::from(colour).filled();
                let radius = (radius * scale).round() as u32;
                backend.draw_circle(place(*centre), radius, &style, true).map_err(broken)?;
            }
            Shape::Text(text) => write(backend, text, scale)?,
        }
    }
    Ok(())
}

/// Writes text as a text element.
fn svg_text(backend: &mut SVGBackend, text: &Text, scale: f64) -> Result<(), PlotError> {
    // The backend divides sizes by 1.24, and puts the baseline 0.76 em under a text's top.
    let style = if text.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name(FAMILIES), text.size * scale * 1.24, style);
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let style = TextStyle::from(font).color(&text.colour).pos(Pos::new(horizontal, VPos::Top));
    let top = text.baseline() - 0.76 * text.size;
    let at = ((text.at.0 * scale).round() as i32, (top * scale).round() as i32);
    backend.draw_text(&text.words, &style, at).map_err(broken)
}

/// Draws text with the embedded font, letter by letter.
fn bitmap_text(backend: &mut BitMapBackend, text: &Text, scale: f64) -> Result<(), PlotError> {
    let font = font(text.bold);
    let em = f64::from(font.units_per_em().unwrap_or(1.0));
    let pixels = text.size * scale / em;
    // A font's scale is the height of its tallest line, not its em.
    let height = PxScale::from((f64::from(font.height_unscaled()) * pixels) as f32);
    let (mut x, y) = (text.left() * scale, text.baseline() * scale);
    for letter in text.words.chars() {
        let id = font.glyph_id(letter);
        let begin = x;
        x += advance(font, letter) * text.size * scale;
        if id == GlyphId(0) {
            missing(backend, text, (begin, y), text.size * scale)?;
            continue;
        }
        let glyph = Glyph { id, scale: height, position: point(begin as f32, y as f32) };
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        let mut result = Ok(());
        outline.draw(|column, row, coverage| {
            if coverage > 0.0 && result.is_ok() {
                let at = (corner.x as i32 + column as i32, corner.y as i32 + row as i32);
                let colour = text.colour.mix(f64::from(coverage.min(1.0))).to_backend_color();
                result = backend.draw_pixel(at, colour).map_err(broken);
            }
        });
        result?;
    }
    Ok(())
}

/// Draws the box that stands for a letter that the font does not have: as high as a capital, on the line from `at` on.
fn missing(backend: &mut BitMapBackend<'_>, text: &Text, at: (f64, f64), em: f64) -> Result<(), PlotError> {
    let place = |x: f64, y: f64| ((at.0 + x * em).round() as i32, (at.1 - y * em).round() as i32);
    let style = ShapeStyle::from(&text.colour).stroke_width((0.07 * em).round().max(1.0) as u32);
    let corners = [place(0.15, 0.0), place(0.15, 0.714), place(0.85, 0.714), place(0.85, 0.0)];
    let outline = corners.into_iter().chain([corners[0], corners[1]]);
    backend.draw_path(outline, &style).map_err(broken)
}

/// A backend's error as ours.
fn broken(error: impl std::fmt::Display) -> PlotError {
    PlotError::Backend(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use plotters::style::RGBColor;

    use super::super::canvas::{Area, Paper};
    use super::super::style::WIDTH;
    use super::*;
    use crate::domain::charts::ChartSize;

    #[test]
    fn a_large_bitmap_is_the_same_picture_from_fewer_samples() {
        let paper = Paper { width: 1000.0, height: 700.0, scale: 2.0 };
        let mut drawing = Drawing::new("A bar".to_owned(), paper);
        drawing.fill(Area { left: 10.25, top: 10.0, right: 20.0, bottom: 20.0 }.corners(), RGBColor(0, 0, 0));
        let mut samples = Vec::new();
        let pixels = |png: Vec<u8>| {
            let mut reader = png::Decoder::new(Cursor::new(png)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut pixels).unwrap();
            pixels
        };
        let large = pixels(png(&drawing, &mut samples).unwrap());
        assert_eq!(samples.len(), 2000 * 1400 * 4 * 3);
        // Half of the column of pixels is paper.
        let at = |x: usize| large[(30 * 2000 + x) * 3];
        assert_eq!([at(19), at(20), at(21), at(38), at(42)], [255, 127, 0, 0, 255]);
    }

    /// The pixels of a painted drawing that are not paper.
    fn inked(drawing: &Drawing) -> usize {
        let mut reader =
            png::Decoder::new(Cursor::new(png(drawing, &mut Vec::new()).unwrap())).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels.chunks_exact(3).filter(|pixel| *pixel != [255; 3]).count()
    }

    #[test]
    fn letters_that_the_font_lacks_are_boxes_and_do_not_vanish() {
        let paper = Paper { width: 120.0, height: 40.0, scale: 1.0 };
        let mut drawing = Drawing::new("A name".to_owned(), paper);
        assert_eq!(inked(&drawing), 0);
        for (place, name) in ["月", "ص", "🔥"].into_iter().enumerate() {
            let text = Text::new(name, (10.0 + 30.0 * place as f64, 20.0));
            assert!(text.area().width() == text.size, "{name} has room for a letter as wide as high");
            let before = inked(&drawing);
            drawing.text(text);
            assert!(inked(&drawing) >= before + 30, "{name}");
            assert!(svg(&drawing).unwrap().contains(name));
        }
    }

    #[test]
    fn shapes_lie_on_white_paper_and_a_pixel_is_the_mean_of_its_samples() {
        let mut drawing =
            Drawing::new("A bar".to_owned(), Paper::of(ChartSize { width: WIDTH, height: 675 }));
        // A third of its first column of pixels is paper.
        let bar = Area { left: 10.0 + 1.0 / 3.0, top: 10.0, right: 20.0, bottom: 13.0 };
        drawing.fill(bar.corners(), RGBColor(0, 90, 255));
        let mut reader =
            png::Decoder::new(Cursor::new(png(&drawing, &mut Vec::new()).unwrap())).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let pixel = |x: usize| &pixels[(11 * WIDTH as usize + x) * 3..][..3];
        assert_eq!([pixel(0), pixel(9), pixel(20)], [[255, 255, 255]; 3]);
        assert_eq!(pixel(10), [85, 145, 255]);
        assert_eq!([pixel(11), pixel(19)], [[0, 90, 255]; 2]);
        let svg = svg(&drawing).unwrap();
        let fills: Vec<&str> =
            svg.split("fill=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(fills, ["#FFFFFF", "#005AFF"]);
        assert!(svg.contains("points=\"0,0 4800,0 4800,2700 0,2700"), "{svg}");
    }
}
