// The ways in which a screen may have to be shown, and how a page is put into each of them where it stands.

const VIEWPORTS = {
  small: { width: 1024, height: 768 },
  large: { width: 1920, height: 1080 },
  upright: { width: 1080, height: 1920 },
};

/// CSS's guess, and a 15-inch panel with 1920 × 1080 pixels.
const MM_PX = 96 / 25.4;
const MM_PX_DENSE = 5.55;

const WAYS = [
  { name: 'left to right' },
  { name: 'right to left', dir: 'rtl' },
  { name: 'text at 200 %', text: '200' },
  { name: 'pseudo-locale', pseudo: true },
  { name: 'pseudo-locale, right to left, text at 200 %', dir: 'rtl', text: '200', pseudo: true },
];

export const CELLS = [
  ...Object.keys(VIEWPORTS).flatMap((viewport) => WAYS.map((way) => ({ viewport, ...way }))),
  { viewport: 'large', name: 'a dense screen', mm_px: MM_PX_DENSE },
  { viewport: 'small', name: 'a dense screen, pseudo-locale', mm_px: 4.85, pseudo: true },
].map(({ viewport, name, dir = 'ltr', text = '100', pseudo = false, mm_px = MM_PX }) => ({
  name: `${viewport}, ${name}`,
  size: VIEWPORTS[viewport],
  dir,
  text,
  pseudo,
  mm_px,
}));

/// Those in which axe-core looks: it is slow, and its rules know nothing of most differences.
export const AXE_CELLS = [
  { ...CELLS[0], theme: 'light' },
  { ...CELLS.find(({ name }) => name === 'upright, right to left'), theme: 'dark' },
  { ...CELLS.find(({ name }) => name === 'small, text at 200 %'), theme: 'dark' },
];

/// Puts the page into the cell without loading it anew: the screen keeps its state.
export async function show_in(page, { size, dir, text, pseudo, mm_px, theme = 'light' }) {
  await page.setViewportSize(size);
  await page.evaluate(
    async ([dir, text, pseudo, mm_px, theme]) => {
      const root = document.documentElement;
      root.dir = dir;
      root.dataset.text = text;
      root.dataset.theme = theme;
      root.style.setProperty('--mm', `${mm_px}px`);
      globalThis.real_texts ??= new Map();
      for (const [node, real] of globalThis.real_texts) node.data = real;
      globalThis.real_texts.clear();
      if (pseudo) {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          // Translations grow; numbers and signs do not.
          if (!/\p{L}{2}/u.test(node.data)) continue;
          globalThis.real_texts.set(node, node.data);
          const more = Math.ceil(node.data.trim().length * 0.4);
          node.data = `${node.data.trimEnd()} ${'ÄÞÿ '.repeat(Math.ceil(more / 4)).slice(0, more).trim()}`;
        }
      }
      for (let i = 0; i < 2; i += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    },
    [dir, text, pseudo, mm_px, theme],
  );
}

/// As it was before.
export const show_plain = (page) => show_in(page, CELLS[0]);
