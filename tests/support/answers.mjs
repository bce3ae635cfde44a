// Answers to items of every type: some answer for a kiosk to give, and another right answer for a package.

const by_id = (list) => list.map(({ id }) => id).sort();

/// The same for the same item, however it was shuffled.
const SOME = {
  single_choice: ({ options }) => ({ choice: by_id(options)[0] }),
  multiple_choice: ({ options }) => ({ choices: by_id(options).slice(0, 1) }),
  true_false: () => ({ value: true }),
  numeric: () => ({ number: '4.2' }),
  ordering: ({ options }) => ({ order: by_id(options) }),
  matching: ({ left, right }) => ({ pairs: { [by_id(left)[0]]: by_id(right)[0] } }),
  hotspot: ({ regions }) => ({ region: by_id(regions)[0] }),
};

/// Some answer to an item as a kiosk is shown it.
export const some_response = (item) => SOME[item.type](item);

const next_of = (ids, id) => ids[(ids.indexOf(id) + 1) % ids.length];

const OTHER = {
  single_choice: ({ options, answer }) => ({ answer: { choice: next_of(by_id(options), answer.choice) } }),
  multiple_choice({ options, answer, scoring }) {
    const others = by_id(options).filter((id) => !answer.choices.includes(id));
    return {
      answer: { choices: others.length > 0 ? others : by_id(options).slice(1) },
      scoring: scoring === 'partial' ? 'all_or_nothing' : 'partial',
    };
  },
  true_false: ({ answer }) => ({ answer: { value: !answer.value } }),
  numeric: ({ answer }) => ({ answer: { number: answer.number === '17' ? '19' : '17' }, tolerance: '3' }),
  ordering: ({ answer }) => ({ answer: { order: answer.order.toReversed() } }),
  matching({ answer, right }) {
    const lefts = Object.keys(answer.pairs);
    const turned = lefts.map((left, i) => [left, answer.pairs[lefts[(i + 1) % lefts.length]]]);
    if (lefts.length > 1) return { answer: { pairs: Object.fromEntries(turned) } };
    return { answer: { pairs: { [lefts[0]]: next_of(by_id(right), answer.pairs[lefts[0]]) } } };
  },
  hotspot: ({ regions, answer }) => ({ answer: { region: next_of(by_id(regions), answer.region) } }),
};

/// The package with another right answer to every item, and nothing else changed.
export function twin_of(test) {
  return { ...test, items: test.items.map((item) => ({ ...item, ...OTHER[item.type](item) })) };
}
