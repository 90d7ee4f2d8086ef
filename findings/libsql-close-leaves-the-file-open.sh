#!/usr/bin/env bash
# Expected: after db.close(), the database file is closed: no handle, no -wal and -shm file, and the journal mode can change.
# Happens:  libsql 0.5.29 (the synchronous API) closes nothing while an object of prepare() lives. The handles and the lock stay
#           until the garbage collector takes the statement, which may be never. A second connection of the same process gets
#           "database is locked" when it leaves WAL mode. Without a prepared statement, close() closes. No error is reported.
# Matters:  a program that closes a database to move, replace or convert it works on a file that is still open; on Windows it
#           cannot even be renamed. better-sqlite3, whose API this is, finalises the statements itself.
# Remedy:   drop every reference to statements and do such work in a child process, or right after a start.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund libsql@0.5.29
cat > look.cjs <<'JS'
const assert = require('node:assert/strict');
const { existsSync } = require('node:fs');
const Database = require('libsql');

function used(file, withStatement) {
  const db = new Database(file);
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  if (withStatement) assert.deepEqual(db.prepare('SELECT a FROM t').get().a, 1);
  db.close();
  return existsSync(`${file}-wal`);
}

function leavesWal(file) {
  const db = new Database(file);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    return 'it can';
  } catch (error) {
    return error.message;
  } finally {
    db.close();
  }
}

const plain = used('plain.db', false);
const prepared = used('prepared.db', true);
const afterwards = [leavesWal('plain.db'), leavesWal('prepared.db')];
console.log('a -wal file after close(), without a statement:', plain, '- leave WAL mode:', afterwards[0]);
console.log('a -wal file after close(), with a statement:   ', prepared, '- leave WAL mode:', afterwards[1]);
assert.equal(plain, false);
assert.equal(afterwards[0], 'it can');
assert.equal(prepared, true);
assert.match(afterwards[1], /database is locked/);
global.gc();
setTimeout(() => {
  global.gc();
  console.log('a -wal file after garbage collection:          ', existsSync('prepared.db-wal'));
  assert.equal(existsSync('prepared.db-wal'), false);
}, 100);
JS
node --expose-gc look.cjs
