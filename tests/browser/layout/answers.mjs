// Answers of the box at their fullest, made from real ones. walk.mjs holds each against docs/kiosk-api.yaml on its way.

const both = (en, de) => ({ en, de });

/// What the box says when it refuses.
export const problem = (status, code, more) => ({ type: `urn:millrace:problem:${code}`, title: code, status, detail: code, ...more });

const STEPS = [
  { name: 'saved', state: 'done', at: '2026-11-23T05:12:44.120Z' },
  { name: 'sent', state: 'attention', code: 'KC-20261123-000012' },
  { name: 'received', state: 'unknown' },
  { name: 'certified', state: 'unknown' },
];

const AS_FAR_AS_SENT = STEPS.map(({ name, state }) => (state === 'unknown' ? { name, state } : { name, state: 'done', at: '2026-11-23T05:12:44.120Z' }));

/// As many as the box tells of: edge/api/reports.cpp.
const MOST_SHOWN = 50;
/// As many as a team leader may ask for at once.
const MOST_PEOPLE = 20;
const DECISIONS = 20;
/// As many as a package may have.
const MOST_QUESTIONS = 200;

const ids = (first) => (i) => `${first}-0000-7000-8000-${String(i).padStart(12, '0')}`;
const attempt_id = ids('0190a5b1');
const event_id = ids('0190a5b2');
const request_id = ids('0190a5b3');
const workflow_id = ids('0190a5b4');
const many = (count, make) => Array.from({ length: count }, (_, i) => make(i));

const LONG_NAMES = [
  'Maximiliana-Theodora von und zu Wolkenstein-Grünbacher',
  'Muhammad Abdul-Rahman ibn Abdulaziz al-Ghamdi',
  'Maria da Conceição Albuquerque de Vasconcelos Pereira',
  'Małgorzata Brzęczyszczykiewicz-Wawrzyniak',
  'Mei',
  // Between them, nearly every letter that their alphabet has.
  'عبد الرحمن بن خالد الغضبان الحميدي الشيخ',
  'ظافر صدقي الجزائري ثابت كوثر طه ذو الفقار',
];

export const people = () => many(MOST_PEOPLE, (i) => ({ id: `op-${i}`, name: LONG_NAMES[i % LONG_NAMES.length] }));
export const full_roster = () => ({ people: people() });

/// A dot, as large as it is shown: what a photo takes of the screen is decided by the screen.
export const PHOTO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/// A leader, so that every way stands open.
export const full_session = (session) => ({
  ...session,
  operator: { ...session.operator, roles: ['operator', 'team_leader', 'witness'], photo: '/api/v1/session/photo?of=op-long' },
});

const KINDS = ['training', 'recertification', 'retest', 'accommodation'];
const SKILLS = ['press-operation', 'lockout-tagout', 'esd-handling'];

export const choices = () => ({
  catalogue_as_of: '2026-11-23T04:30:00.000Z',
  skills: SKILLS.map((id, i) => ({
    id,
    title: both(
      ['Operating hydraulic presses with two-hand controls', 'Lockout and tagout', 'Handling parts that a discharge can destroy'][i],
      ['Bedienen hydraulischer Pressen mit Zweihandschaltung', 'Freischalten und Sichern', 'Umgang mit entladungsgefährdeten Bauteilen'][i],
    ),
  })),
  reasons: many(12, (i) => ({
    code: `reason-${i}`,
    title: both('Moved to another line, where this certificate is asked for', 'Wechsel an eine andere Linie, die diesen Nachweis verlangt'),
    kinds: KINDS,
  })),
  people: people(),
});

/// What somebody wrote, as long as it may be: kCommentCharactersMost of the kiosk.
const MOST_WRITTEN = 500;
export const COMMENT = (
  'She has worked at the old press for eleven years and needs the new certificate before the line is moved in January, ' +
  'because Maschinenrichtlinienkonformitätsbescheinigung and the night shift have no other person with this qualification. '
)
  .repeat(3)
  .slice(0, MOST_WRITTEN)
  .trim();

/// As many bytes as the box takes for it: kiosk.help of edge.toml.
const MOST_HELP = 200;
export const with_help = (status) => ({
  ...status,
  help: 'Plant IT, hall 4, extension 4711, or the shift office when nobody answers there. '.repeat(3).slice(0, MOST_HELP).trim(),
});

/// One of the steps is about a request of `own_id`'s. Of those that were decided, every other one needs attention.
export const full_decisions = (own_id) => ({
  as_of: '2026-11-23T05:12:44.120Z',
  steps: many(DECISIONS, (i) => ({
    workflow_id: workflow_id(i),
    workflow_version: 3,
    request_id: request_id(i),
    step_id: `step-${i}`,
    kind: KINDS[i % 4],
    skill: SKILLS[i % 3],
    operator_id: i === 2 ? own_id : `op-${i}`,
    operator_name: LONG_NAMES[i % LONG_NAMES.length],
    reason_code: `reason-${i}`,
    comment: COMMENT,
    requested_at: '2026-11-21T05:12:44.120Z',
    due_at: i === 1 ? null : '2026-12-24T05:00:00.000Z',
    state: i > 2 ? 'sent' : 'open',
    decision: i > 2 ? 'reject' : null,
    decided_at: i > 2 ? '2026-11-22T05:12:44.120Z' : null,
    decided_by: i > 2 ? { id: `op-${i}`, name: LONG_NAMES[i % LONG_NAMES.length] } : null,
    steps: i % 2 === 0 ? STEPS : AS_FAR_AS_SENT,
  })),
  requests: past_requests().map((request, i) => ({
    ...request,
    on_behalf_by: LONG_NAMES[0],
    operator_name: LONG_NAMES[i % LONG_NAMES.length],
  })),
});

export const saved_decision = () => ({ event_id: event_id(999), saved_at: '2026-11-23T05:12:44.120Z', steps: STEPS });

export const saved_batch = () => ({
  batch_id: request_id(999),
  saved_at: '2026-11-23T05:12:44.120Z',
  requests: people().map(({ id }, i) => ({ request_id: request_id(i), operator_id: id, event_id: event_id(i), steps: STEPS })),
});

const past_requests = () =>
  many(MOST_SHOWN, (i) => ({
    request_id: request_id(i),
    event_id: event_id(i),
    kind: KINDS[i % KINDS.length],
    skill: SKILLS[i % 3],
    reason_code: `reason-${i}`,
    created_at: '2026-11-21T05:12:44.120Z',
    on_behalf_by: i % 2 === 0 ? LONG_NAMES[1] : null,
    steps: STEPS,
  }));

/// Assignments in every state, and results on every stage of their way, as many as the box tells of.
export function full_work(work) {
  const { attempt_id: begun, ...one } = work.assignments[0];
  // In every language of the screens, as far as anybody has approved it.
  const languages = ['ar', 'de', 'en', 'es', 'fr', 'pl', 'pt', 'tr', 'zh'];
  const first = { ...one, languages, approved_languages: ['de', 'en'], witness_required: true };
  const state = (name, more = {}) => ({ ...first, assignment_id: `${first.assignment_id}-${name}`, test_id: name, state: name, ...more });
  return {
    ...work,
    assignments_as_of: '2026-11-23T04:30:00.000Z',
    missing_tests: 1,
    requests: past_requests(),
    assignments: [
      { ...first, state: 'open', due_at: '2026-01-02T05:00:00.000Z' },
      state('in_progress', { attempt_id: begun ?? attempt_id(0), due_at: new Date(Date.now() + 3_600_000).toISOString() }),
      state('not_yet', { opens_at: '2028-12-24T05:00:00.000Z' }),
      state('exhausted'),
      state('expired'),
      state('passed'),
    ],
    results: many(MOST_SHOWN, (i) => ({
      attempt_id: attempt_id(i),
      event_id: event_id(i),
      test_id: first.test_id,
      title: first.title,
      submitted_at: '2026-11-23T05:12:44.120Z',
      score_bp: 8_333,
      pass_mark_bp: 8_500,
      outcome: i % 2 === 0 ? 'passed' : 'failed',
      steps: STEPS,
    })),
  };
}

/// The test as long as any may be, half of it answered and some of it flagged.
export const longest_test = (attempt) => ({
  ...attempt,
  items: many(MOST_QUESTIONS, (i) => {
    const item = attempt.items.find(({ type }) => type === (i % 2 === 0 ? 'single_choice' : 'true_false'));
    const response = item.type === 'true_false' ? { value: true } : { choice: item.options[0].id };
    return { ...item, item_id: `${item.item_id}-${i}`, position: i + 1, response: i % 4 < 2 ? response : null, flagged: i % 7 === 0 };
  }),
});

/// Not passed, by a critical question, with many topics missed and a record that needs attention.
export const full_result = (result) => ({
  ...result,
  score_bp: 8_333,
  outcome: 'failed',
  critical_item_failed: true,
  topics_missed: [
    both('Stored energy and everything that may still move', 'Gespeicherte Energie und alles, was sich noch bewegen kann'),
    both('Two-hand controls', 'Zweihandschaltungen'),
    both('Handing over and starting again', 'Übergeben und wieder einschalten'),
  ],
  steps: STEPS,
});

export const passed_result = (result) => ({
  ...result,
  score_bp: 10_000,
  outcome: 'passed',
  critical_item_failed: false,
  topics_missed: [],
  steps: STEPS.map((step) => ({ name: step.name, state: 'done', at: '2026-11-23T05:12:44.120Z' })),
});

/// To the practice questions, which the kiosk makes itself.
export const PRACTICE_ANSWERS = {
  single_choice: { choice: '1' },
  multiple_choice: { choices: ['1', '3'] },
  true_false: { value: true },
  numeric: { number: '60' },
  ordering: { order: ['1 kg', '10 kg', '100 kg'] },
  matching: { pairs: { '2 + 2': '4', '5 + 5': '10' } },
  hotspot: { region: '0' },
};
