// A RabbitMQ of the benchmark's own, from Debian's package, with its AMQP 1.0 plugin: the rival.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { free_port, listens, Process } from '../support/process.mjs';

const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
export const is_installed = () => existsSync(SERVER);
export const USER = 'millrace';
export const PASSWORD = 'millrace';

/// Starts it with these queues, {name, durable}; returns {port, pid, stop}.
export async function start_rabbitmq(folder, queues) {
  mkdirSync(folder, { recursive: true });
  const [port, distribution, names] = [await free_port(), await free_port(), await free_port()];
  const at = (name) => join(folder, name);
  writeFileSync(at('enabled_plugins'), '[rabbitmq_amqp1_0].\n');
  writeFileSync(at('rabbitmq.conf'), `listeners.tcp.1 = 127.0.0.1:${port}\nload_definitions = ${at('definitions.json')}\n`);
  const definitions = {
    vhosts: [{ name: '/' }],
    users: [{ name: USER, password: PASSWORD, tags: '' }],
    permissions: [{ user: USER, vhost: '/', configure: '', write: '.*', read: '.*' }],
    queues: queues.map(({ name, durable }) => ({ name, vhost: '/', durable, auto_delete: false, arguments: {} })),
  };
  writeFileSync(at('definitions.json'), JSON.stringify(definitions));
  const port_mapper = new Process({
    name: 'epmd',
    program: '/usr/bin/epmd',
    args: ['-address', '127.0.0.1', '-port', String(names)],
    log: at('epmd.log'),
    ready: () => listens(names),
  });
  await port_mapper.start();
  // The script replaces itself by the server, whose process id we so have, where it believes systemd started it.
  const server = new Process({
    name: 'rabbitmq',
    program: SERVER,
    args: [],
    log: at('server.log'),
    ready: () => listens(port),
    env: {
      HOME: folder,
      RABBITMQ_NODENAME: 'millrace@localhost',
      RABBITMQ_MNESIA_BASE: at('data'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_CONFIG_FILE: at('rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_DIST_PORT: String(distribution),
      ERL_EPMD_PORT: String(names),
      RUNNING_UNDER_SYSTEMD: 'true',
    },
  });
  await server.start();
  return {
    port,
    memory_kib: () => server.memory_kib(),
    async stop() {
      await server.kill();
      await port_mapper.kill();
    },
  };
}
