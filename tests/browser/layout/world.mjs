// What the layout test stands on: a real line with content that is as full and as long as it may become.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { root, Stack } from '../../support/stack.mjs';
import { launch } from '../browser.mjs';
import { HOST } from '../fault_box.mjs';
import { long_package } from './package.mjs';

const demo = (...path) => join(root, 'demo', ...path);
/// One for each pass over the walks, so that none finds what another has left.
export const operators = Array.from({ length: 12 }, (_, i) => ({
  id: `op-long-${i}`,
  badge: `4000${i}`,
  pin: '4001',
  name: 'Maximiliana-Theodora von und zu Wolkenstein-Grünbacher',
  language: 'en',
}));

/// Of its parts, the broker and the edge are to be started: nothing of what is looked at needs the way out.
export async function make_world(folder) {
  const packages = join(folder, 'content');
  mkdirSync(packages, { recursive: true });
  cpSync(demo('packages'), packages, { recursive: true });
  const { text, media } = long_package();
  writeFileSync(join(packages, 'layout-long.json'), text);
  mkdirSync(join(packages, 'media', 'layout-long'), { recursive: true });
  for (const [name, bytes] of media) writeFileSync(join(packages, 'media', 'layout-long', name), bytes);
  const template = JSON.parse(readFileSync(demo('assignments.json'), 'utf8')).assignments[0];
  const stack = await Stack.create({
    folder,
    operators,
    assignments: operators.map(({ id }) => ({
      ...template,
      assignment_id: `as-${id}`,
      operator_id: id,
      test_id: 'layout-long',
      test_version: 1,
    })),
    packages,
    kiosk: join(root, 'kiosk', 'dist'),
    host: HOST,
  });
  return stack;
}

/// The world of the test file that calls it, and a browser in it, from its first test to its last: {stack, browser}.
/// `make` as make_world, where the content is another.
export function world_of_file(name, make = make_world) {
  const world = {};
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), `millrace-${name}-`));
    world.stack = await make(folder);
    await world.stack.broker.start();
    await world.stack.edge.start();
    world.browser = await launch(world.stack);
  });
  after(async () => {
    await world.browser?.close();
    await world.stack?.edge.stop();
    await world.stack?.broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return world;
}
