// A bar chart as SVG: for each row a label and one bar a series.
const COLOURS = ['#0b5750', '#b87500'];
const [WIDTH, LABELS, BAR, GAP, HEAD] = [900, 200, 12, 10, 60];

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/// `rows`: [{label, values: one a series}]; 0 draws nothing.
export function bars(title, series, rows) {
  const most = Math.max(...rows.flatMap(({ values }) => values));
  const row_height = series.length * BAR + GAP;
  const height = HEAD + rows.length * row_height + GAP;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="22" font-size="16" fill="#10211f">${escaped(title)}</text>`,
  ];
  for (const [i, name] of series.entries()) {
    parts.push(`<rect x="${LABELS + i * 140}" y="34" width="12" height="12" fill="${COLOURS[i]}"/>`);
    parts.push(`<text x="${LABELS + 18 + i * 140}" y="45" fill="#10211f">${escaped(name)}</text>`);
  }
  for (const [at, { label, values }] of rows.entries()) {
    const top = HEAD + at * row_height;
    parts.push(`<text x="${LABELS - 8}" y="${top + row_height / 2}" text-anchor="end" fill="#10211f">${escaped(label)}</text>`);
    for (const [i, value] of values.entries()) {
      if (value === 0) continue;
      const width = ((WIDTH - LABELS - 90) * value) / most;
      parts.push(`<rect x="${LABELS}" y="${top + i * BAR}" width="${width.toFixed(1)}" height="${BAR - 1}" fill="${COLOURS[i]}"/>`);
      parts.push(`<text x="${(LABELS + width + 5).toFixed(1)}" y="${top + i * BAR + 10}" fill="#344845">${Math.round(value).toLocaleString('en')}</text>`);
    }
  }
  return `${parts.join('\n')}\n</svg>\n`;
}
