// What a screen owes to those who stand before it: axe-core's rules, contrast of 7:1, and a layout for gloves.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { in_cells, NARROWEST } from './layout/cells.mjs';
import { layout_findings } from './layout/check.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/// Violations alone: what axe-core leaves open is mostly text that is scrolled half out of sight or stands beside a mark of
/// the style sheet. The contrast of every ink on every ground is computed in tests/tidy/colours.test.mjs.
const RULES = {
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
  resultTypes: ['violations'],
};

/// Sentences about what is wrong with the page as it stands, and as it would stand on the screens that leave least room;
/// none is what one wants.
export const findings = async (page) => [
  ...(await axe_findings(page)),
  ...(await layout_findings(page)),
  ...(await in_cells(page, NARROWEST, layout_findings)),
];

export async function axe_findings(page) {
  // The page's policy lets no script of a stranger in; the debugger may.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, rules), RULES);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} – ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
