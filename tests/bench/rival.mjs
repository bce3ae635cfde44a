// The least that keeps an answer as durably as the box: Node's HTTP server and its built-in SQLite, one committed and
// synced transaction a request. It knows no sessions, no leases, no keys, no scoring. rival.mjs PORT DATABASE
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';

const [port, file] = process.argv.slice(2);
const BODY_MOST_BYTES = 64 * 1024;

const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
db.exec('CREATE TABLE answer (id INTEGER PRIMARY KEY, key TEXT UNIQUE, path TEXT, body TEXT, saved_at TEXT)');
const insert = db.prepare('INSERT INTO answer (key, path, body, saved_at) VALUES (?, ?, ?, ?)');

// A kiosk's connection stays, as at the box.
createServer({ keepAliveTimeout: 0 }, (asked, answer) => {
  const say = (status, value) => {
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(value));
  };
  let body = '';
  asked.on('data', (part) => {
    body += part;
    if (body.length > BODY_MOST_BYTES) asked.destroy();
  });
  asked.on('end', () => {
    if (asked.method !== 'PUT') return say(404, {});
    const saved_at = new Date().toISOString();
    insert.run(JSON.parse(body).submission_key, asked.url, body, saved_at);
    return say(200, { saved_at });
  });
}).listen(Number(port), '127.0.0.1');
