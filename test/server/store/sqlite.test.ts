import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openJournal } from '../../../server/store/journal.ts';
import { type Bindable, openDatabase, sqliteCode } from '../../../server/store/sqlite.ts';

const scratch = () => mkdtempSync(join(tmpdir(), 'patchbay-store-'));

function table() {
  const db = openDatabase(join(scratch(), 'x.db'));
  db.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT');
  return {
    db,
    add: db.prepare('INSERT INTO t (b) VALUES (?)'),
    all: db.prepare<{ a: number; b: string }>('SELECT * FROM t'),
  };
}

test('what was written is read, as its own object and nothing else', () => {
  const { add, all, db } = table();
  expect(add.run('水果 😀 "\'')).toBe(1);
  expect(all.all()).toEqual([{ a: 1, b: '水果 😀 "\'' }]);
  expect(db.prepare('SELECT b FROM t WHERE a = ?').get(9)).toBeUndefined();
});

test('values that SQLite would not keep as they are never reach it', () => {
  const { add, all } = table();
  // The library cuts one of these short, takes others as null, and aborts the process on the booleans.
  for (const value of ['a\0b', Number.NaN, Number.POSITIVE_INFINITY, true, undefined, {}, [] as unknown])
    expect(() => add.run(value as Bindable)).toThrow();
  expect(() => add.run()).toThrow();
  expect(() => add.run('a', 'b')).toThrow();
  expect(all.all()).toEqual([]);
});

test('a transaction that throws leaves nothing, whatever it had done', () => {
  const { db, add, all } = table();
  const work = () =>
    db.transaction('fast', () => {
      add.run('lost');
      throw new Error('no');
    });
  expect(work).toThrow('no');
  expect(db.transaction('durable', () => add.run('kept'))).toBe(1);
  expect(all.all().map(({ b }) => b)).toEqual(['kept']);
});

test('errors carry the code of SQLite', () => {
  const { db } = table();
  const insert = db.prepare('INSERT INTO t VALUES (?, ?)');
  insert.run(1, 'a');
  let code: string | undefined;
  try {
    insert.run(1, 'b');
  } catch (error) {
    code = sqliteCode(error);
  }
  expect(code).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
});

test('a file that is no journal, or a newer one, is left alone and named', () => {
  const garbage = scratch();
  writeFileSync(join(garbage, 'journal.db'), Buffer.alloc(8192, 7));
  expect(() => openJournal(garbage)).toThrow(/damaged/);
  const newer = scratch();
  const source = pathToFileURL(join(import.meta.dirname, '../../../dist/server/store/sqlite.js')).href;
  const code = `const { openDatabase } = await import(${JSON.stringify(source)}); openDatabase(process.argv[1]).exec('PRAGMA user_version = 999')`;
  execFileSync(process.execPath, ['--input-type=module', '-e', code, join(newer, 'journal.db')]);
  expect(() => openJournal(newer)).toThrow(/newer Patchbay/);
});
