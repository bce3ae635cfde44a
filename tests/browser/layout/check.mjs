// Looks at a page as it stands and says where its layout fails a gloved hand or a reader. Runs inside the page.

/// For a gloved hand on a kiosk, and for a mouse at a desk.
const GLOVED = { target_mm: 16, target_px_least: 64, gap_mm: 3 };
const AT_A_DESK = { target_mm: 0, target_px_least: 24, gap_mm: 0 };

/// Sentences about what is wrong; none is what one wants. The page's own `--mm`: CSS pixels to a millimetre, by the calibration.
export const layout_findings = (page) => page.evaluate(look_at_layout, GLOVED);
export const desk_layout_findings = (page) => page.evaluate(look_at_layout, AT_A_DESK);

function look_at_layout({ target_mm, target_px_least, gap_mm }) {
  // Boxes fall on fractions of pixels.
  const SLACK_PX = 0.75;

  const root = document.documentElement;
  const mm_px = Number.parseFloat(getComputedStyle(root).getPropertyValue('--mm'));
  const target_px = Math.max(target_px_least, target_mm * mm_px);
  const gap_px = gap_mm * mm_px;
  const width = root.clientWidth;
  // What lies under an open dialog cannot be touched.
  const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
  const findings = new Set();

  const px = (value) => `${Math.round(value * 10) / 10}`;
  const name_of = (element) => {
    const words = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
    const where = element.closest('[data-testid]')?.dataset.testid ?? element.className;
    return `“${words || element.getAttribute('aria-label') || where}” (${element.tagName.toLowerCase()}.${String(element.className).split(' ')[0]})`;
  };
  const hidden = (element) =>
    !element.checkVisibility({ visibilityProperty: true }) ||
    element.closest('.visually-hidden, svg, .attract-water') !== null;
  // Asked for again and again, for every text and each box around it.
  const remembered = (ask) => {
    const answers = new Map();
    return (element) => {
      if (!answers.has(element)) answers.set(element, ask(element));
      return answers.get(element);
    };
  };
  const clips = remembered((element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return { x: overflowX !== 'visible', y: overflowY !== 'visible', scrolls_y: /auto|scroll/.test(overflowY) };
  });
  /// The element, and what is around it, as far as it clips what is in it.
  const clippers_from = remembered((element) => {
    if (element === null || element === root) return [];
    const around = element.tagName === 'DIALOG' ? [] : clippers_from(element.parentElement);
    const clip = clips(element);
    return clip.x || clip.y ? [{ parent: element, ...clip }, ...around] : around;
  });
  const clippers = (element) => clippers_from(element.parentElement);
  const scroller_of = (element) => clippers(element).find(({ scrolls_y }) => scrolls_y)?.parent ?? null;
  /// What is left of a box inside of others.
  const within = (box, around) =>
    around.reduce(
      (part, by) => ({
        left: Math.max(part.left, by.left),
        top: Math.max(part.top, by.top),
        right: Math.min(part.right, by.right),
        bottom: Math.min(part.bottom, by.bottom),
      }),
      { left: box.left, top: box.top, right: box.right, bottom: box.bottom },
    );
  const screen = { left: 0, top: 0, right: width, bottom: window.innerHeight };
  const seen_part = (element, box = element.getBoundingClientRect()) => {
    const around = clippers(element).map(({ parent }) => parent.getBoundingClientRect());
    const part = within(box, [...around, screen]);
    return part.right - part.left > 1 && part.bottom - part.top > 1 ? part : null;
  };
  /// All that is seen of it on its way through the scrolling box.
  const way_through = (scroller, element) => {
    if (scroller === null) return seen_part(element);
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const { scrollTop: above, scrollHeight, clientHeight } = scroller;
    return seen_part(element, { left, top: top - (scrollHeight - clientHeight - above), right, bottom: bottom + above });
  };

  // No sideways scrolling, anywhere.
  if (root.scrollWidth > width) findings.add(`the page is ${root.scrollWidth - width} px wider than the screen`);
  for (const element of scope.querySelectorAll('*')) {
    if (hidden(element)) continue;
    const { x } = clips(element);
    if (x && element.scrollWidth > element.clientWidth + 1 && !element.matches('input')) {
      findings.add(`${name_of(element)} holds ${element.scrollWidth - element.clientWidth} px more than its width`);
    }
    const box = element.getBoundingClientRect();
    if (box.width > 0 && (box.left < -SLACK_PX || box.right > width + SLACK_PX)) {
      findings.add(`${name_of(element)} stands out of the screen by ${px(Math.max(-box.left, box.right - width))} px`);
    }
  }

  // What may break anywhere never overflows: it can no longer be read. A word may break where no line is long enough for it, but
  // not into more than two lines, nor into a letter and the rest. Chinese breaks between any two of its signs, and what the
  // pseudo-locale adds, from its ~ on, is no word.
  // No line of large text has room for longer ones.
  const WORD_LETTERS_MOST = 24;
  const WORDS = /(?<!~\S*)[[\p{L}\p{M}\p{N}]--\p{Script=Han}]{2,}/gv;
  const lines_of = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return [...new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom)))];
  };
  const torn_word = (node) => {
    if (lines_of(node, 0, node.length).length < 2) return null;
    for (const { 0: word, index: start } of node.data.matchAll(WORDS)) {
      if (word.length > WORD_LETTERS_MOST) continue;
      const end = start + word.length;
      const lines = lines_of(node, start, end).length;
      const alone = (from, to) => lines_of(node, from, to).length > 1;
      if (lines > 2 || (lines === 2 && (alone(start, start + 2) || alone(end - 2, end)))) return word;
    }
    return null;
  };

  // No text that is cut off, or that stands out of the control whose name it is.
  const texts = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || element === null || hidden(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const torn = torn_word(node);
    if (torn !== null) findings.add(`the word “${torn}” is torn: ${name_of(element)}`);
    const control = element.closest('button, label.choice');
    const around = clippers_from(element);
    // What scrolls can be scrolled into sight, whatever lies around the scrolling box.
    const scrolls = around.findIndex(({ scrolls_y }) => scrolls_y);
    const limits = around.map(({ parent, x, y }, i) => ({
      box: parent.getBoundingClientRect(),
      x,
      y: y && (scrolls === -1 || i < scrolls),
    }));
    if (control !== null) limits.push({ box: control.getBoundingClientRect(), x: true, y: true });
    for (const box of range.getClientRects()) {
      const cut = limits.some(
        (limit) =>
          (limit.x && (box.left < limit.box.left - SLACK_PX || box.right > limit.box.right + SLACK_PX)) ||
          // The line box of a font is higher than its letters.
          (limit.y && (box.top < limit.box.top - 3 || box.bottom > limit.box.bottom + 3)),
      );
      if (cut) findings.add(`text is cut off: ${name_of(element)}`);
      // The letters alone: the line box of a font is higher, and lines may well be set close.
      const letters = { left: box.left, right: box.right, top: box.top + box.height / 4, bottom: box.bottom - box.height / 4 };
      const seen = within(letters, [...around.map(({ parent }) => parent.getBoundingClientRect()), screen]);
      texts.push({ node, element, box: letters, seen, scroller: scroller_of(element) });
    }
  }

  // No text over another, whichever of them is then to be seen; what is scrolled out of sight can be had.
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const lie_on_one_another = (one, other) =>
    one.scroller === other.scroller
      ? meet(one.box, other.box)
      : one.seen !== null && other.seen !== null && meet(one.seen, other.seen);
  texts.forEach((one, i) => {
    for (const other of texts.slice(i + 1)) {
      if (one.node !== other.node && lie_on_one_another(one, other)) {
        findings.add(`text lies over text: ${name_of(one.element)} and ${name_of(other.element)}`);
      }
    }
  });

  // No text under something opaque, words or not.
  // Of a sliver at the edge of a scrolling box nothing can be said, nor of the pixel at its edge.
  const SLIVER_PX = 4;
  const looked_at = (seen) => seen !== null && seen.right - seen.left >= SLIVER_PX && seen.bottom - seen.top >= SLIVER_PX;
  const points = ({ left, top, right, bottom }, across, down) =>
    down.flatMap((y) => across.map((x) => [left + 1 + (right - left - 2) * x, top + 1 + (bottom - top - 2) * y]));
  const is_opaque = (element) => element.matches('img, video') || getComputedStyle(element).backgroundColor !== 'rgba(0, 0, 0, 0)';
  const cover_of = (element, [x, y]) => {
    for (const there of document.elementsFromPoint(x, y)) {
      if (there.contains(element)) return null;
      if (!element.contains(there) && is_opaque(there)) return there;
    }
    return null;
  };
  for (const { element, seen } of texts) {
    if (!looked_at(seen)) continue;
    const cover = points(seen, [0.1, 0.5, 0.9], [0.5]).map((point) => cover_of(element, point)).find((one) => one !== null);
    if (cover) findings.add(`text is hidden: ${name_of(element)} under ${name_of(cover)}`);
  }

  // Targets: large enough, apart, and not covered.
  const targets = [...scope.querySelectorAll('button, a[href], summary, select, textarea, input, [role="button"]')]
    .map((element) => (element.matches('input[type="radio"], input[type="checkbox"]') ? (element.closest('label') ?? element) : element))
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => {
      const scroller = scroller_of(element);
      return {
        element,
        name: name_of(element),
        box: element.getBoundingClientRect(),
        seen: seen_part(element),
        way: way_through(scroller, element),
        scroller,
      };
    });
  for (const { name, box } of targets) {
    if (box.width < target_px - SLACK_PX || box.height < target_px - SLACK_PX) {
      findings.add(`${name} is ${px(box.width)} × ${px(box.height)} px, less than ${px(target_px)} px`);
    }
  }
  targets.forEach((one, i) => {
    for (const other of targets.slice(i + 1)) {
      // Two that scroll in different boxes: what is left of a target at its box's edge takes a finger as the whole does, and
      // it may be scrolled to there. A box that holds both moves neither towards the other.
      const same = one.scroller === other.scroller;
      const part = (target, of) => (target.scroller?.contains(of.element) ? target.seen : target.way);
      const a = same ? one.box : part(one, other);
      const b = same ? other.box : part(other, one);
      if (a === null || b === null) continue;
      const apart = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
      if (apart < -SLACK_PX) findings.add(`${one.name} and ${other.name} overlap`);
      else if (apart < gap_px - SLACK_PX) {
        findings.add(`${one.name} and ${other.name} are ${px(apart)} px apart, less than ${px(gap_px)} px`);
      }
    }
  });
  for (const target of targets) {
    for (const text of texts) {
      if (!lie_on_one_another(target, text)) continue;
      if (target.element.contains(text.element) || text.element.contains(target.element)) continue;
      findings.add(`text lies over a target: ${name_of(text.element)} and ${target.name}`);
    }
  }
  // All over it: a hand does not only touch the middle.
  for (const { element, name, seen } of targets) {
    if (!looked_at(seen)) continue;
    for (const point of points(seen, [0.06, 0.28, 0.5, 0.72, 0.94], [0.15, 0.5, 0.85])) {
      const hit = document.elementFromPoint(...point);
      if (hit !== null && !element.contains(hit) && !hit.contains(element)) findings.add(`${name} is covered by ${name_of(hit)}`);
    }
  }
  return [...findings];
}
