// Spin writes a verifier of the model, which clang compiles.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const model = readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'delivery.pml'), 'utf8');

/// Returns the verifier's path. `settings` go to the model, `options` to the compiler.
export function verifier(settings, { options = [], text = model } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-model-'));
  writeFileSync(join(folder, 'model.pml'), text);
  execFileSync('spin', ['-Pclang-19 -E -x c', '-a', ...settings, 'model.pml'], { cwd: folder, stdio: 'pipe' });
  execFileSync('clang-19', ['-O2', '-w', ...options, '-o', 'verify', 'pan.c'], { cwd: folder, stdio: 'pipe' });
  return join(folder, 'verify');
}
