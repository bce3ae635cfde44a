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

/// One assignment in each state, and results on every stage of their way.
export function full_work(work) {
  const [first] = work.assignments;
  const state = (name, more = {}) => ({ ...first, assignment_id: `${first.assignment_id}-${name}`, test_id: name, state: name, ...more });
  return {
    ...work,
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
