// A test package in which everything is as many and as long as it may sensibly be. For looking at only.
import { createHash } from 'node:crypto';

const LONG_EN =
  'Before you open the guard of the hydraulic press, the team leader of the neighbouring line calls you over because ' +
  'the conveyor there has stopped; which of these do you do first, and why does the answer not depend on the hurry?';
const LONG_DE =
  'Bevor Sie die Schutzverkleidung der hydraulischen Presse öffnen, ruft Sie die Teamleitung der Nachbarlinie, weil dort ' +
  'der Kettenförderer steht; was davon tun Sie zuerst, und weshalb hängt die Antwort nicht von der Eile ab?';

const texts = (en, de) => ({ en, de });
const option = (id, n) => ({
  id,
  text: texts(
    `${n}. Lock the main isolator with my own padlock, test that the drive stays still, and tell the shift supervisor`,
    `${n}. Hauptschalter mit dem eigenen Vorhängeschloss sichern, Anlaufversuch machen und der Schichtleitung Bescheid geben`,
  ),
});
const options = (count, prefix = 'o') => Array.from({ length: count }, (_, i) => option(`${prefix}${i + 1}`, i + 1));
const ids = (list) => list.map(({ id }) => id);

const item = (id, type, more) => ({
  id,
  version: 1,
  topic: 'long',
  type,
  critical: false,
  weight: 1,
  stem: texts(LONG_EN, LONG_DE),
  image: null,
  ...more,
});

const PANEL = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif">
  <rect width="640" height="400" fill="#ffffff"/>
  <rect x="20" y="20" width="600" height="360" rx="18" fill="#e9f0ef" stroke="#10211f" stroke-width="5"/>
${Array.from({ length: 12 }, (_, i) => {
  const x = 95 + (i % 4) * 150;
  const y = 85 + Math.floor(i / 4) * 115;
  return `  <circle cx="${x}" cy="${y}" r="34" fill="#ffffff" stroke="#10211f" stroke-width="5"/><path d="M${x} ${y - 22}v44" stroke="#0b5750" stroke-width="12" stroke-linecap="round"/>`;
}).join('\n')}
</svg>
`;

const REGIONS = Array.from({ length: 12 }, (_, i) => ({
  id: `r${i + 1}`,
  label: texts(
    `Row ${Math.floor(i / 4) + 1}, switch ${(i % 4) + 1}`,
    `Reihe ${Math.floor(i / 4) + 1}, Drehschalter ${(i % 4) + 1}`,
  ),
  x: 70 + (i % 4) * 235,
  y: 90 + Math.floor(i / 4) * 285,
  w: 155,
  h: 240,
}));

/// Three seconds of a quiet tone.
function tone() {
  const rate = 8_000;
  const samples = rate * 3;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) bytes.writeInt16LE(Math.round(4_000 * Math.sin(i / 4)), 44 + i * 2);
  return bytes;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

const many = options(8);
const order = options(12);
const left = options(8, 'l');
const right = options(8, 'r');

const ITEMS = [
  item('long-single', 'single_choice', { options: options(6), answer: { choice: 'o1' } }),
  item('long-multiple', 'multiple_choice', {
    options: many,
    scoring: 'all_or_nothing',
    answer: { choices: ids(many).slice(0, 3) },
  }),
  item('long-truth', 'true_false', { answer: { value: true } }),
  item('long-number', 'numeric', { image: 'panel.svg', unit: 'N/mm²', tolerance: '0', answer: { number: '120.5' } }),
  item('long-picture', 'single_choice', { image: 'panel.svg', options: options(4), answer: { choice: 'o1' } }),
  item('long-order', 'ordering', { options: order, scoring: 'partial', answer: { order: ids(order) } }),
  item('long-match', 'matching', {
    left,
    right,
    scoring: 'partial',
    answer: { pairs: Object.fromEntries(left.map(({ id }, i) => [id, right[i].id])) },
  }),
  item('long-place', 'hotspot', {
    image: 'panel.svg',
    image_alt: texts('A panel with twelve switches in three rows of four', 'Eine Tafel mit zwölf Drehschaltern in drei Reihen zu vier'),
    regions: REGIONS,
    answer: { region: 'r7' },
  }),
  item('long-sound', 'single_choice', {
    audio: { en: 'tone.wav', de: 'tone.wav' },
    image: 'panel.svg',
    options: options(3),
    answer: { choice: 'o2' },
  }),
];

/// {text, media}: the document and its files, [name, bytes] each.
export function long_package() {
  const media = [
    ['panel.svg', Buffer.from(PANEL)],
    ['tone.wav', tone()],
  ];
  const document = {
    format: 'millrace-test-package/1',
    test_id: 'layout-long',
    version: 1,
    skill: 'press-operation',
    title: texts(
      'Working safely at hydraulic presses with movable guards and speed control: yearly certification',
      'Sicheres Arbeiten an hydraulischen Pressen mit beweglichen Schutzverkleidungen und Geschwindigkeitsregelung: Jahresnachweis',
    ),
    languages: [
      { code: 'en', approved_by: 'R. Haines' },
      { code: 'de', approved_by: 'M. Lindner' },
    ],
    time_limit_s: 3_600,
    pass_mark_bp: 8_500,
    shuffle_items: false,
    shuffle_options: true,
    draw: null,
    topics: { long: texts('Stored energy and everything that may still move', 'Gespeicherte Energie und alles, was sich noch bewegen kann') },
    media: Object.fromEntries(media.map(([name, bytes]) => [name, sha256(bytes)])),
    items: ITEMS,
  };
  return { text: `${JSON.stringify(document, null, 2)}\n`, media };
}
