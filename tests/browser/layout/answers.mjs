// Answers of the box at their fullest, made from real ones.

const both = (en, de) => ({ en, de });

/// A route's handler that refuses as the box does.
export const refuse = (status, code, more = {}) => (route) =>
  route.fulfill({
    status,
    contentType: 'application/problem+json',
    json: { type: `urn:millrace:problem:${code}`, status, title: code, detail: code, ...more },
  });

const STEPS = [
  { name: 'saved', state: 'done', at: '2026-11-23T05:12:44.120Z', code: null },
  { name: 'sent', state: 'attention', at: null, code: 'KC-20261123-000012' },
  { name: 'received', state: 'unknown', at: null, code: null },
  { name: 'certified', state: 'unknown', at: null, code: null },
];

const LONG_NAMES = [
  'Maximiliana-Theodora von und zu Wolkenstein-Grünbacher',
  'Muhammad Abdul-Rahman ibn Abdulaziz al-Ghamdi',
  'Maria da Conceição Albuquerque de Vasconcelos Pereira',
  'Małgorzata Brzęczyszczykiewicz-Wawrzyniak',
  'Mei',
];

export const people = () => Array.from({ length: 20 }, (_, i) => ({ id: `op-${i}`, name: LONG_NAMES[i % 5] }));
export const full_roster = () => ({ people: people() });

/// A dot, as large as it is shown: what a photo takes of the screen is decided by the screen.
const PHOTO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/// A leader, so that every way stands open.
export const full_session = (session) => ({
  ...session,
  operator: { ...session.operator, roles: ['operator', 'team_leader', 'witness'], photo: PHOTO },
});

const KINDS = ['training', 'recertification', 'retest', 'accommodation'];
const SKILLS = ['press-operation', 'lockout-tagout', 'esd-handling'];

export const choices = () => ({
  skills: SKILLS.map((id, i) => ({
    id,
    title: both(
      ['Operating hydraulic presses with two-hand controls', 'Lockout and tagout', 'Handling parts that a discharge can destroy'][i],
      ['Bedienen hydraulischer Pressen mit Zweihandschaltung', 'Freischalten und Sichern', 'Umgang mit entladungsgefährdeten Bauteilen'][i],
    ),
  })),
  reasons: Array.from({ length: 6 }, (_, i) => ({
    code: `reason-${i}`,
    title: both('Moved to another line, where this certificate is asked for', 'Wechsel an eine andere Linie, die diesen Nachweis verlangt'),
    kinds: KINDS,
  })),
  people: people(),
});

const COMMENT =
  'She has worked at the old press for eleven years and needs the new certificate before the line is moved in January, ' +
  'because Maschinenrichtlinienkonformitätsbescheinigung and the night shift have no other person with this qualification.';

export const full_decisions = () => ({
  as_of: '2026-11-23T05:12:44.120Z',
  steps: Array.from({ length: 5 }, (_, i) => ({
    workflow_id: `wf-${i}`,
    workflow_version: 3,
    request_id: `rq-${i}`,
    step_id: `step-${i}`,
    kind: KINDS[i % 4],
    skill: SKILLS[i % 3],
    operator_id: `op-${i}`,
    operator_name: LONG_NAMES[i],
    reason_code: `reason-${i}`,
    comment: COMMENT,
    requested_at: '2026-11-21T05:12:44.120Z',
    due_at: i === 1 ? null : '2026-12-24T05:00:00Z',
    state: i > 2 ? 'sent' : 'open',
    decision: i > 2 ? 'reject' : null,
    decided_at: i > 2 ? '2026-11-22T05:12:44.120Z' : null,
    steps: STEPS,
  })),
});

export const saved_batch = () => ({
  batch_id: 'batch-1',
  saved_at: '2026-11-23T05:12:44.120Z',
  requests: people().slice(0, 6).map(({ id }, i) => ({ request_id: `rq-${i}`, operator_id: id, event_id: `ev-${i}`, steps: STEPS })),
});

const past_requests = () =>
  KINDS.map((kind, i) => ({
    request_id: `rq-${i}`,
    event_id: `ev-${i}`,
    kind,
    skill: SKILLS[i % 3],
    reason_code: `reason-${i}`,
    created_at: '2026-11-21T05:12:44.120Z',
    on_behalf_by: i % 2 === 0 ? LONG_NAMES[1] : null,
    steps: STEPS,
  }));

/// One assignment in each state, and results on every stage of their way.
export function full_work(work) {
  const [first] = work.assignments;
  const state = (name, more = {}) => ({ ...first, assignment_id: `${first.assignment_id}-${name}`, test_id: name, state: name, ...more });
  return {
    ...work,
    assignments_as_of: '2026-11-23T04:30:00Z',
    requests: past_requests(),
    assignments: [
      { ...first, state: 'open', attempt_id: null, due_at: '2026-01-02T05:00:00Z' },
      state('in_progress', { attempt_id: 'at-1', due_at: new Date(Date.now() + 3_600_000).toISOString() }),
      state('not_yet', { opens_at: '2028-12-24T05:00:00Z' }),
      state('exhausted'),
      state('expired'),
      state('passed'),
    ],
    results: ['passed', 'failed'].map((outcome, i) => ({
      attempt_id: `at-${i}`,
      test_id: first.test_id,
      title: first.title,
      submitted_at: '2026-11-23T05:12:44.120Z',
      score_bp: 8_333,
      pass_mark_bp: 8_500,
      outcome,
      steps: STEPS,
    })),
  };
}

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
