// What must not stand in the sources.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, text_of } from './tree.mjs';

const BINARY = /\.(png|jpg|webp|ico|woff2?|ogg|bin|pb|db)$/;
const HERE = 'tests/tidy/words.test.mjs';

const FORBIDDEN = [
  ['a package registry by its host', /registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org|security\.debian\.org/],
  ['work left undone', /\b(?:TODO|FIXME|XXX|HACK)\b/],
  ['a merge that was not finished', /^(?:<{7}|>{7}) /m],
  ['a path of one machine', /(?:^|[\s"'=(:])\/(?:work|home\/[a-z]+|Users)\//m],
  ['a private key', /-----BEGIN (?:EC |RSA |OPENSSH )?PRIVATE KEY-----/],
];

for (const [what, pattern] of FORBIDDEN) {
  test(`no file holds ${what}`, () => {
    const found = files
      .filter((path) => !BINARY.test(path) && path !== HERE)
      .flatMap((path) => {
        const match = text_of(path).match(pattern);
        return match ? [`${path}: ${match[0].trim()}`] : [];
      });
    assert.deepEqual(found, []);
  });
}
