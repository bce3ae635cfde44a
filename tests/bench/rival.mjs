// The least that keeps an answer as durably as the box: Node's HTTPS server and its built-in SQLite, one committed and
// synced transaction a request. It knows no sessions, no leases, no keys, no scoring. rival.mjs PORT DATABASE CERTIFICATE KEY
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { DatabaseSync } from 'node:sqlite';

const [port, file, certificate, key] = process.argv.slice(2);
const BODY_MOST_BYTES = 64 * 1024;

const db = new DatabaseSync(file);
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
db.exec('CREATE TABLE answer (id INTEGER PRIMARY KEY, key TEXT UNIQUE, path TEXT, body TEXT, saved_at TEXT)');
const insert = db.prepare('INSERT INTO answer (key, path, body, saved_at) VALUES (?, ?, ?, ?)');

// A kiosk's connection stays, as at the box.
const tls = { cert: readFileSync(certificate), key: readFileSync(key) };
createServer({ keepAliveTimeout: 0, ...tls }, (asked, answer) => {
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
