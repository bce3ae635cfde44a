// The README's steps on a machine with systemd: the units start their daemons, confined as they are, and a test
// taken there arrives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/process.mjs';
import { Machine } from './machine.mjs';

const CONNECTION =
  'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;';
const SERVICES = ['millrace-bus', 'millrace-edge', 'millrace-relay'];
const here = dirname(fileURLToPath(import.meta.url));

const { machine, reason } = await Machine.boot(process.env.MILLRACE_BUILD);
const options = { skip: machine === null ? reason : false };
after(() => machine?.off());

function must(...command) {
  const { code, said, out } = machine.run(command);
  assert.equal(code, 0, `${command.join(' ')}: ${said}`);
  return out;
}
const shell = (text) => must('bash', '-ec', text);
const journal = () => machine.run(['journalctl', '--no-pager', '-o', 'cat', ...SERVICES.flatMap((each) => ['-u', each])]).out;
/// With what every machine has: bash speaks TCP.
const ready = (port) =>
  machine
    .run(['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3`])
    .out.includes(' 200 ');
const property = (service, name) => must('systemctl', 'show', '--value', '-p', name, service);

test('the box and the relay are set up as the README says', options, () => {
  must('systemd-sysusers');
  must('systemd-tmpfiles', '--create', 'millrace.conf');
  const examples = '/usr/share/millrace/examples';
  must('cp', `${examples}/edge.toml`, `${examples}/assignments.json`, '/etc/millrace/');
  must('cp', '-r', `${examples}/packages`, '/etc/millrace/');
  const { out: hash } = machine.run(['millrace-edge', '--hash-pin'], '2468\n');
  shell(`sed 's|as millrace-edge --hash-pin prints it|${hash}|' ${examples}/roster.json > /root/roster.json`);
  must('install', '-m', '0640', '-g', 'millrace-edge', '/root/roster.json', '/etc/millrace/');
  assert.match(must('millrace-edge', '--config', '/etc/millrace/edge.toml', '--check-config'), /the configuration is good/);

  shell(`cp /usr/share/millrace/mosquitto.d/millrace.conf /etc/mosquitto/conf.d/
    cp /usr/share/millrace/mosquitto.d/millrace.acl /etc/mosquitto/`);
  must('systemctl', 'enable', 'mosquitto');
  must('systemctl', 'restart', 'mosquitto');

  const [id, key] = must('millrace-edge', '--config', '/etc/millrace/edge.toml', '--print-public-key').split(' ');
  must('cp', `${examples}/relay.toml`, `${examples}/bus.toml`, '/etc/millrace/');
  shell(`printf 'site = "demo"\\nedge = "box-1"\\n[[key]]\\nid = "${id}"\\npublic_key = "${key}"\\n' > /etc/millrace/boxes.d/demo-box-1.toml
    umask 077; echo '${CONNECTION}' > /etc/credstore/millrace-relay-servicebus`);
  assert.match(must('millrace-relay', '--config', '/etc/millrace/relay.toml', '--check-config'), /good, 1 boxes/);
});

test('the units start their daemons', options, async () => {
  const { code, said } = machine.run(['systemctl', 'enable', '--now', ...SERVICES]);
  assert.equal(code, 0, `${said}\n${journal()}`);
  for (const port of [5300, 8081, 8080]) await until(`port ${port} says ready`, () => ready(port));
  for (const service of SERVICES) {
    assert.equal(property(service, 'User'), service);
    assert.equal(property(service, 'NRestarts'), '0', journal());
    assert.match(property(service, 'StatusText'), /\d+\.\d+\.\d+\.\d+:\d+/);
  }
});

test('a test taken there arrives, with what the box knows of its clock and its boot', options, () => {
  const taken = machine.on_its_network([process.execPath, join(here, 'take_test.mjs'), CONNECTION]);
  assert.equal(taken.code, 0, `${taken.said}\n${journal()}`);
  const { result, id, attributes, completed } = JSON.parse(taken.out);
  assert.equal(id, result.event_id);
  assert.match(attributes.clockstate, /^(synced|holdover)$/, 'the confined daemon may ask the kernel');
  assert.equal(completed.h.occurred.boot_id, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
});

test('a daemon that dies is started again, and one that is stopped ends well', options, async () => {
  for (const [service, port] of [['millrace-bus', 5300], ['millrace-relay', 8081], ['millrace-edge', 8080]]) {
    must('systemctl', 'kill', '--signal=KILL', service);
    await until(`${service} was started again`, () => property(service, 'NRestarts') === '1');
    await until(`${service} is ready again`, () => ready(port));
  }
  must('systemctl', 'stop', ...SERVICES);
  for (const service of SERVICES) assert.equal(property(service, 'Result'), 'success', journal());
});

test('a daemon with a bad configuration says why and is left alone', options, async () => {
  shell('echo "no_such_key = 1" >> /etc/millrace/bus.toml');
  assert.notEqual(machine.run(['systemctl', 'start', 'millrace-bus']).code, 0);
  assert.equal(property('millrace-bus', 'ActiveState'), 'failed', 'not tried again');
  assert.match(journal(), /bus\.toml:\d+: .*no_such_key: unknown key/);
});

test('a box whose port is in use tries until it is free', options, async () => {
  shell(`sed -e 's|#port = 5300|port = 8080|' -e '/no_such_key/d' /etc/millrace/bus.toml > /root/bus.toml
    mv /root/bus.toml /etc/millrace/bus.toml`);
  must('systemctl', 'start', 'millrace-bus');
  assert.notEqual(machine.run(['systemctl', 'start', 'millrace-edge']).code, 0);
  assert.match(journal(), /edge\.start_failed reason="cannot listen on 127\.0\.0\.1:8080/);
  must('systemctl', 'stop', 'millrace-bus');
  await until('the edge has its port', () => ready(8080));
});
