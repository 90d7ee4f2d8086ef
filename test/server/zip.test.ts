import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, get as httpGet, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toHttpError } from '../../server/http/http-error.ts';
import { LEFT_OUT, sendZip, type ZipEntry } from '../../server/http/zip.ts';
import { unzipped } from './unzip.ts';

const cat = join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png');
let folder: string;
let server: Server;
let entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'patchbay-zip-'));
  const app = express();
  app.get('/', async (_request, response) => {
    await sendZip(response, '图片 "a".zip', entries).catch((error: unknown) => {
      const { status, code } = toHttpError(error);
      response.status(status).json({ code });
    });
  });
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

test('files are sent as one archive, byte for byte, under harmless names that differ', async () => {
  writeFileSync(join(folder, 'text.csv'), 'a,b\n'.repeat(1000));
  writeFileSync(join(folder, 'empty'), '');
  entries = [
    { name: 'pets/猫.png', path: cat },
    { name: '../../etc/passwd', path: join(folder, 'text.csv') },
    { name: 'etc/passwd', path: join(folder, 'empty') },
    { name: 'workflow.json', content: Buffer.from('{}') },
  ];
  const answer = await fetch(address());
  expect(answer.headers.get('content-type')).toBe('application/zip');
  expect(answer.headers.get('content-disposition')).toBe(
    `attachment; filename="__ _a_.zip"; filename*=UTF-8''${encodeURIComponent('图片 "a".zip')}`,
  );
  const files = await unzipped(Buffer.from(await answer.arrayBuffer()));
  expect([...files.keys()]).toEqual(['pets/猫.png', 'etc/passwd', 'etc/passwd-2', 'workflow.json']);
  expect(files.get('pets/猫.png')?.equals(readFileSync(cat))).toBe(true);
  expect(files.get('etc/passwd')?.byteLength).toBe(4000);
  expect(files.get('etc/passwd-2')?.byteLength).toBe(0);
});

test('a file that cannot be read is left out, and the archive says so', async () => {
  mkdirSync(join(folder, 'a-folder'));
  entries = [
    { name: 'gone.png', path: join(folder, 'gone.png') },
    { name: 'cat.png', path: cat },
    { name: 'a-folder', path: join(folder, 'a-folder') },
  ];
  const files = await unzipped(Buffer.from(await (await fetch(address())).arrayBuffer()));
  expect([...files.keys()]).toEqual(['cat.png', LEFT_OUT]);
  expect(files.get(LEFT_OUT)?.toString()).toMatch(/gone\.png\na-folder/);
});

test('an archive without any readable file is an error and not an empty file', async () => {
  entries = [{ name: 'gone.png', path: join(folder, 'gone.png') }];
  const answer = await fetch(address());
  expect([answer.status, await answer.json()]).toEqual([404, { code: 'zip.nothing' }]);
});

test('a reader that leaves in the middle leaves no open file, and nothing more is read', async () => {
  const big = join(folder, 'big.bin');
  writeFileSync(big, Buffer.alloc(64 * 1024 * 1024, 7));
  let given = 0;
  entries = (function* () {
    for (; given < 50; given++) yield { name: `${given}.bin`, path: big };
  })();
  await new Promise<void>((resolve, reject) => {
    const request = httpGet(address(), (answer) => {
      answer.once('data', () => {
        request.destroy();
        resolve();
      });
    });
    request.on('error', reject);
  });
  const open = async () => {
    const names = await readdir('/proc/self/fd').catch(() => []);
    return names.filter((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`) === big;
      } catch {
        return false;
      }
    }).length;
  };
  for (let i = 0; i < 100 && (await open()) > 0; i++) await sleep(20);
  expect(await open()).toBe(0);
  expect(given).toBeLessThan(50);
});
