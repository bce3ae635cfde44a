// What a screen owes to those who stand before it: axe-core's rules, contrast of 7:1, and targets for gloves.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = {
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
};

// 16 mm at 3.78 px/mm, and never less than this.
const TARGET_PX = 64;
const GAP_PX = 12;

/// Sentences about what is wrong with the page as it stands; none is what one wants.
export const findings = async (page) => [...(await axe_findings(page)), ...(await target_findings(page))];

async function axe_findings(page) {
  // The page's policy lets no script of a stranger in; the debugger may.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, rules), RULES);
  return violations.map(({ id, help, nodes }) => `${id}: ${help} – ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}

function target_findings(page) {
  return page.evaluate(
    ([least, gap]) => {
      // What lies under an open dialog cannot be touched.
      const scope = document.querySelector('dialog[open]') ?? document;
      const boxes = [...scope.querySelectorAll('button, label.choice, .number-input')]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ name: element.textContent.trim() || element.className, box: element.getBoundingClientRect() }));
      const small = boxes
        .filter(({ box }) => box.width < least - 0.5 || box.height < least - 0.5)
        .map(({ name, box }) => `“${name}” is only ${Math.round(box.width)} × ${Math.round(box.height)} px`);
      const near = boxes.flatMap(({ name, box }, i) =>
        boxes
          .slice(i + 1)
          .filter(({ box: other }) => {
            const apart_x = Math.max(box.left - other.right, other.left - box.right);
            const apart_y = Math.max(box.top - other.bottom, other.top - box.bottom);
            return Math.max(apart_x, apart_y) < gap - 0.75;
          })
          .map(({ name: other }) => `“${name}” and “${other}” are less than ${gap} px apart`),
      );
      const main = document.querySelector('main');
      const wide = main.scrollWidth > main.clientWidth ? ['the screen scrolls sideways'] : [];
      return [...small, ...near, ...wide];
    },
    [TARGET_PX, GAP_PX],
  );
}
