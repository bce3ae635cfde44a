// The ways in which a screen may have to be shown, and how a page is put into each of them where it stands.

const VIEWPORTS = {
  small: { width: 1024, height: 768 },
  large: { width: 1920, height: 1080 },
  upright: { width: 1080, height: 1920 },
};

/// CSS's guess of a millimetre, a 15-inch panel with 1920 × 1080 pixels, and a 10-inch one with 1024 × 768.
const MM_PX = 96 / 25.4;
const MM_PX_LARGE_DENSE = 5.55;
const MM_PX_SMALL_DENSE = 4.85;

const cell = (viewport, { text = '100', mm_px = MM_PX, theme = 'light' } = {}) => ({
  name: [viewport, text === '100' ? '' : `text at ${text} %`, mm_px === MM_PX ? '' : `${mm_px} px/mm`].filter(Boolean).join(', '),
  size: VIEWPORTS[viewport],
  text,
  mm_px,
  theme,
});

const USUAL = Object.keys(VIEWPORTS).map((viewport) => cell(viewport));
const LARGE_TEXT = Object.keys(VIEWPORTS).map((viewport) => cell(viewport, { text: '200' }));

/// One pass over all walks each. Directions and languages are the page's own; the rest changes where it stands.
/// axe-core looks at a few cells only: it is slow, and its rules know nothing of most differences.
export const PASSES = [
  {
    name: 'English',
    query: 'lang=en',
    dir: 'ltr',
    cells: [...USUAL, ...LARGE_TEXT, cell('large', { mm_px: MM_PX_LARGE_DENSE })],
    axe_cells: [cell('small')],
  },
  {
    name: 'pseudo-locale',
    query: 'lang=en&pseudo=1',
    dir: 'ltr',
    cells: [...USUAL, cell('small', { text: '200' }), cell('small', { mm_px: MM_PX_SMALL_DENSE })],
    axe_cells: [],
  },
  {
    name: 'Arabic',
    query: 'lang=ar',
    dir: 'rtl',
    cells: [...USUAL, cell('upright', { text: '200' })],
    axe_cells: [cell('small', { theme: 'dark' })],
  },
];

/// The words that are longest in the languages of the plants; the screens alone are looked at, for the test is in English.
for (const [name, language] of [
  ['German', 'de'],
  ['Polish', 'pl'],
]) {
  PASSES.push({
    name,
    query: `lang=${language}`,
    dir: 'ltr',
    cells: [cell('small')],
    axe_cells: [],
  });
}

export const EVERY_CELL = [
  ...USUAL,
  ...LARGE_TEXT,
  cell('large', { mm_px: MM_PX_LARGE_DENSE }),
  cell('small', { mm_px: MM_PX_SMALL_DENSE }),
];

/// Every language in every cell, and axe-core in four: for a run of its own, since it takes a quarter of an hour.
export function every_pass() {
  const [english, pseudo, arabic] = PASSES;
  const others = ['de', 'fr', 'es', 'pt', 'pl', 'tr', 'zh'].map((code) => ({ name: code, query: `lang=${code}`, dir: 'ltr' }));
  const axe_cells = [
    cell('small'),
    cell('large', { theme: 'dark' }),
    cell('upright', { theme: 'dark' }),
    cell('small', { text: '200' }),
  ];
  return [english, pseudo, arabic, ...others].map((pass) => ({ ...pass, cells: EVERY_CELL, axe_cells }));
}

/// For a state that no walk reaches: those in which most goes wrong.
export const NARROWEST = [
  cell('small'),
  cell('upright'),
  cell('small', { text: '200' }),
  { ...cell('upright', { text: '200' }), dir: 'rtl' },
];

/// What `look` finds in each of the cells; the page is left as it was.
export async function in_cells(page, cells, look) {
  const before = await page.evaluate(() => {
    const { dataset, dir, style } = document.documentElement;
    return { size: { width: innerWidth, height: innerHeight }, text: dataset.text, theme: dataset.theme, dir, mm: style.getPropertyValue('--mm') };
  });
  const found = [];
  for (const one of cells) {
    await show_in(page, { ...one, theme: before.theme });
    for (const sentence of await look(page)) found.push(`${sentence} – in: ${one.name}`);
  }
  await page.setViewportSize(before.size);
  await page.evaluate(({ text, theme, dir, mm }) => {
    const root = document.documentElement;
    for (const [name, value] of Object.entries({ text, theme })) {
      if (value === undefined) delete root.dataset[name];
      else root.dataset[name] = value;
    }
    root.dir = dir;
    root.style.setProperty('--mm', mm);
  }, before);
  return found;
}

/// Chromium without a screen may stop drawing a page, on a machine that is pressed. A change of its size begins anew.
const UNDRAWN_MS = 15_000;
const BEGINNINGS_MOST = 4;

/// Puts the page into the cell without loading it anew: the screen keeps its state.
export async function show_in(page, { size, text, mm_px, theme, dir }) {
  await page.setViewportSize(size);
  await page.evaluate(
    ([text, mm_px, theme, dir]) => {
      const root = document.documentElement;
      // Somebody is there: a look in all cells may take longer than a screen waits for a sign of life. One that has warned goes on.
      if (document.querySelector('[data-dialog="idle"]') === null) root.dispatchEvent(new Event('wheel'));
      root.dataset.text = text;
      if (theme !== undefined) root.dataset.theme = theme;
      if (dir !== undefined) root.dir = dir;
      root.style.setProperty('--mm', `${mm_px}px`);
    },
    [text, mm_px, theme, dir],
  );
  for (let beginnings = 0; !(await is_drawn(page)); beginnings += 1) {
    if (beginnings === BEGINNINGS_MOST) throw new Error(`this browser draws nothing, though its size was changed ${beginnings} times`);
    console.log(`nothing was drawn for ${UNDRAWN_MS} ms: the size is changed`);
    await page.setViewportSize({ ...size, height: size.height - 1 });
    await page.setViewportSize(size);
  }
}

/// What measures itself has done so by the next frame.
const is_drawn = (page) =>
  page.evaluate(
    (undrawn_ms) =>
      new Promise((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(true)));
        setTimeout(() => resolve(false), undrawn_ms);
      }),
    UNDRAWN_MS,
  );
