// A throw-away machine with systemd as its first process, for what only the real service manager can show.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/process.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const RUN_WITHIN_MS = 60_000;
// What the units ask of the kernel beyond a start; where namespaces are nested too deep, it is refused.
const NEEDED = ['PrivateDevices=yes', 'PrivateUsers=yes', 'PrivateTmp=yes', 'ProtectSystem=strict', 'LoadCredential=none'];

export class Machine {
  #unshare;
  #folder = mkdtempSync(join(tmpdir(), 'millrace-machine-'));
  #pid;
  #output = '';
  #ended;

  /// Null and the reason where this machine cannot carry another.
  static async boot(build) {
    if (process.getuid() !== 0) return { machine: null, reason: 'needs root' };
    const machine = new Machine();
    try {
      await machine.#start(build);
    } catch (error) {
      const reason = `no systemd in namespaces here: ${error.message} ${machine.#output}`;
      await machine.off();
      return { machine: null, reason };
    }
    const probe = machine.run(['systemd-run', '--quiet', '--wait', ...NEEDED.flatMap((each) => ['-p', each]), 'true']);
    if (probe.code === 0) return { machine };
    const reason = `its namespaces cannot confine a service: ${probe.said}`;
    await machine.off();
    return { machine: null, reason };
  }

  async #start(build) {
    // Becomes unshare, which ends everything in the machine when it is killed.
    this.#unshare = spawn('bash', [join(here, 'machine.sh'), this.#folder, build], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#unshare.stdout, this.#unshare.stderr]) {
      stream.on('data', (text) => {
        this.#output += text;
      });
    }
    this.#ended = new Promise((resolve) => {
      this.#unshare.once('error', (error) => resolve(error.message));
      this.#unshare.once('exit', (code) => resolve(`it ended with ${code}.`));
    });
    const up = until('it is up', () => this.#first_process() && this.run(['systemctl', 'is-active', 'basic.target']).code === 0);
    const end = await Promise.race([this.#ended, up]);
    if (end !== true) throw new Error(end);
  }

  /// The process id of its systemd, as this machine counts.
  #first_process() {
    const children = `/proc/${this.#unshare.pid}/task/${this.#unshare.pid}/children`;
    if (!existsSync(children)) return false;
    [this.#pid] = readFileSync(children, 'utf8').trim().split(' ');
    return Boolean(this.#pid) && readFileSync(`/proc/${this.#pid}/comm`, 'utf8').trim() === 'systemd';
  }

  /// Runs a command inside, to its end.
  run(command, input = '') {
    const within = ['-t', this.#pid, '-m', '-p', '-n', '-i', '-u', '-C', '-r', '-w'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...within, ...command], {
      input,
      encoding: 'utf8',
      timeout: RUN_WITHIN_MS,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
    });
    return { code: status, said: `${stdout}${stderr}`.trim(), out: stdout.trim() };
  }

  /// Runs a program of this machine on the other's network.
  on_its_network(command) {
    const { status, stdout, stderr } = spawnSync('nsenter', ['-t', this.#pid, '-n', ...command], {
      encoding: 'utf8',
      timeout: RUN_WITHIN_MS,
    });
    return { code: status, said: `${stdout}${stderr}`.trim(), out: stdout.trim() };
  }

  async off() {
    this.#unshare.kill('SIGKILL');
    await this.#ended;
    const list = join(this.#folder, 'cgroups');
    const groups = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
    const remove = (group) => spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    // Its last processes may still be on their way out.
    for (const group of groups) await until(`${group} is gone`, () => remove(group) && !existsSync(group));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
