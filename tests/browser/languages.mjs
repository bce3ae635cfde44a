// Journeys in every language of the screens, by one hand or by either, and what each of them has to prove beside its own.
import assert from 'node:assert/strict';
import { directionOf, kScreenLanguages } from '../../kiosk/src/i18n/index.ts';
import { findings } from './access.mjs';
import { by_keys, by_touch, hands_used } from './hands.mjs';
import { layout_findings } from './layout/check.mjs';

export const all = process.env.MILLRACE_JOURNEYS === 'all';
const HANDS = [by_touch, by_keys];

/// A journey in each of the languages, by the hands in turn, or by both in those of `by_both`; in the long run every language
/// by both. {language, hand: by_touch or by_keys, by: its name} each.
export const journeys_in = (languages, by_both = []) =>
  (all ? kScreenLanguages : languages).flatMap((language, place) =>
    (all || by_both.includes(language) ? HANDS : [HANDS[place % HANDS.length]]).map((hand) => ({
      language,
      hand,
      by: hand === by_touch ? 'touch' : 'keys',
    })),
  );

/// Sentences about what is wrong with the screen as it stands, which is to be in the language.
export async function astray_on(page, name, language) {
  const [lang, dir] = await page.evaluate(() => {
    const { lang, dir } = document.documentElement;
    return [lang, dir];
  });
  const astray = (await (all ? findings : layout_findings)(page)).map((finding) => `${name}: ${finding}`);
  if (lang !== language || dir !== directionOf(language)) astray.push(`${name} is in ${lang}, ${dir}`);
  return astray;
}

/// The page was used by that hand and by nothing else.
export async function used_by(page, by) {
  const { touch, mouse, pen, keys } = await hands_used(page);
  assert.equal(mouse + pen, 0);
  assert.equal(by === 'touch' ? keys : touch, 0);
  assert.ok(touch + keys > 20);
}
