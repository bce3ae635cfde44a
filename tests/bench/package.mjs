// The test that the benchmark's operators take.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PIN = '4711';
const ITEM_COUNT = 40;

const text = (words) => ({ en: words });
const options = ['a', 'b', 'c', 'd'].map((id) => ({ id, text: text(`Option ${id}`) }));
const KINDS = [
  { type: 'single_choice', image: null, options, answer: { choice: 'a' } },
  { type: 'multiple_choice', image: null, options, scoring: 'partial', answer: { choices: ['a', 'c'] } },
  { type: 'true_false', image: null, answer: { value: true } },
  { type: 'numeric', image: null, unit: 'bar', answer: { number: '6.0' }, tolerance: '0.2' },
];

export const ITEMS = Array.from({ length: ITEM_COUNT }, (_, i) => ({
  id: `q${i}`, version: 1, topic: 'all', critical: false, weight: 1, stem: text(`Question ${i}`), ...KINDS[i % KINDS.length],
}));

/// Writes it into the folder; returns that.
export function write_test(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bench.json'), JSON.stringify({
    format: 'millrace-test-package/1',
    test_id: 'bench',
    version: 1,
    skill: 'bench',
    title: text('Bench'),
    languages: [{ code: 'en', approved_by: 'Bench' }],
    time_limit_s: 3_600,
    pass_mark_bp: 5_000,
    shuffle_items: true,
    shuffle_options: true,
    draw: null,
    topics: { all: text('Everything') },
    items: ITEMS,
  }));
  return folder;
}
