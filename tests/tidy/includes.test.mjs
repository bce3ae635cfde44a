// Who may include whom: the table of ARCHITECTURE.md. CMake makes most wrong includes fail to compile; this catches
// a link that should not have been made.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text_of, with_ending } from './tree.mjs';

const PARTS = ['edge', 'relay', 'emulator', 'cli', 'central'];

/// Module of core → what it may include beside itself.
const CORE = {
  base: [],
  store: ['core/base'],
  metrics: ['core/base'],
  net: ['core/base'],
  http: ['core/base', 'core/net'],
  json: ['core/base'],
  packages: ['core/base', 'core/json'],
  delivery: ['core/base', 'core/store'],
  mqtt: ['core/base'],
  amqp: ['core/base', 'core/net'],
  servicebus: ['core/base', 'core/net', 'core/http', 'core/amqp'],
};

/// Headers that cost seconds in each file that includes them: only in .cpp files.
const HEAVY = /<(?:boost\/beast|boost\/json|toml\+\+|toml\.hpp|spdlog|CLI|prometheus|proton|mqtt|MQTT)/;

const includes_of = (path) => [...text_of(path).matchAll(/^\s*#include ([<"])([^>"]+)[>"]/gm)].map(([, kind, name]) => ({ kind, name }));

function may(path, target) {
  const [top, module] = path.split('/');
  if (top === 'tests') return true;
  if (top === 'core') {
    const allowed = CORE[module];
    assert.ok(allowed, `core/${module} is not in the table`);
    return target.startsWith(`core/${module}/`) || allowed.some((folder) => target.startsWith(`${folder}/`));
  }
  if (top === 'proto') return target.startsWith('proto/') || target.startsWith('core/') || target.startsWith('millrace/');
  if (PARTS.includes(top)) {
    // The box's shell knows the box's files.
    if (top === 'cli' && /^edge\/capture\/(edge_schema|submissions)\.hpp$/.test(target)) return true;
    return [`${top}/`, 'core/', 'proto/', 'millrace/'].some((folder) => target.startsWith(folder));
  }
  return top === 'cmake';
}

const sources = with_ending('.cpp', '.hpp');

test('every include goes down the table', () => {
  const wrong = [];
  for (const path of sources) {
    for (const { kind, name } of includes_of(path)) {
      if (kind === '"' && !may(path, name)) wrong.push(`${path} includes ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('the log of core/delivery is the only part of it that knows the store', () => {
  const wrong = with_ending('.cpp', '.hpp')
    .filter((path) => /^core\/delivery\/(sender|receiver|lanes|evidence|event)\./.test(path))
    .filter((path) => includes_of(path).some(({ name }) => name.startsWith('core/store/')));
  assert.deepEqual(wrong, []);
});

test('heavy headers stay in .cpp files and in headers that one folder keeps to itself', () => {
  const folder_of = (path) => path.slice(0, path.lastIndexOf('/') + 1);
  const wrong = [];
  for (const path of sources) {
    if (!path.endsWith('.hpp') || path.startsWith('tests/') || path.startsWith('cmake/')) continue;
    const heavy = includes_of(path).find(({ kind, name }) => kind === '<' && HEAVY.test(`<${name}`));
    if (!heavy) continue;
    const spread = sources.filter(
      (other) => folder_of(other) !== folder_of(path) && includes_of(other).some(({ name }) => name === path),
    );
    for (const other of spread) wrong.push(`${path} includes ${heavy.name} and is included by ${other}`);
  }
  assert.deepEqual(wrong, []);
});

test('the rule itself refuses what it should', () => {
  assert.equal(may('edge/api/work.cpp', 'relay/lanes/lane_runner.hpp'), false);
  assert.equal(may('core/base/log.cpp', 'core/store/writer.hpp'), false);
  assert.equal(may('core/mqtt/client.cpp', 'core/delivery/event.hpp'), false);
  assert.equal(may('relay/lanes/lane_runner.cpp', 'core/delivery/lanes.hpp'), true);
});
