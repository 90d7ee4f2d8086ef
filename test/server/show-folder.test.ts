import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { showCommand } from '../../server/http/show-folder.ts';
import { get, raw } from './raw.ts';
import { scratch, startServer, type TestServer } from './server.ts';

describe('the file manager', () => {
  test('shows the folder of a file, and never opens the file', () => {
    expect(showCommand('/home/me/run.sh', false, 'linux', { DISPLAY: ':0' })).toEqual([
      'xdg-open',
      ['/home/me'],
    ]);
    expect(showCommand('/home/me/run.sh', false, 'darwin', {})).toEqual(['open', ['-R', '/home/me/run.sh']]);
    expect(showCommand('/home/me/X.app', true, 'darwin', {})?.[1]).toContain('-R');
    expect(showCommand('C:\\a b\\run.bat', false, 'win32', {})).toEqual([
      'explorer.exe',
      ['/select,"C:\\a b\\run.bat"'],
    ]);
  });

  test('is not asked for where nobody would see it', () => {
    expect(showCommand('/home/me', true, 'linux', {})).toBeUndefined();
    expect(showCommand('/home/me', true, 'linux', { DISPLAY: ':0', SSH_TTY: '/dev/pts/1' })).toBeUndefined();
  });
});

// A real server on a desktop whose file manager notes what it was asked for.
describe.skipIf(process.platform !== 'linux')('a server on a desktop', () => {
  const bin = scratch();
  const note = join(bin, 'asked');
  const cat = join(import.meta.dirname, '../../workflows/samples/queries/cat-face.png');
  const desktop = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    DISPLAY: ':7',
    CI: '',
    SSH_CONNECTION: '',
    SSH_TTY: '',
  };
  let server: TestServer;
  const show = (query: Record<string, string>) =>
    server.call('POST', `/api/files/show?${new URLSearchParams(query)}`);
  const asked = async () => {
    for (let i = 0; i < 100 && !existsSync(note); i++) await sleep(20);
    return readFileSync(note, 'utf8').trim().split('\n').at(-1);
  };

  beforeAll(async () => {
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$*" >> '${note}'\n`);
    chmodSync(join(bin, 'xdg-open'), 0o755);
    server = await startServer({ keep: true, env: desktop });
  });

  test('shows the folder of a path, and of a picture by its reference', async () => {
    const pictures = join(scratch(), '我的 photos');
    mkdirSync(pictures);
    copyFileSync(cat, join(pictures, '-猫 "1".png'));
    expect((await show({ path: join(pictures, '-猫 "1".png') })).status).toBe(204);
    expect(await asked()).toBe(pictures);
    const { json } = await server.call('GET', '/api/files?path=sample:queries/cat-face.png');
    expect((await show({ ref: json.files[0].ref })).status).toBe(204);
    expect(await asked()).toBe(dirname(cat));
    expect((await server.call('GET', '/api/health')).json.desktop).toBe(true);
  });

  test('shows the folder of the files that a run wrote', async () => {
    const workflow = {
      format: 'patchbay',
      version: 1,
      nodes: [
        { id: 'words', type: 'text/prompts', params: { prompts: ['cat'] } },
        { id: 'save', type: 'output/save-json' },
      ],
      edges: [{ from: { node: 'words', port: 'texts' }, to: { node: 'save', port: 'value' } }],
    };
    const { id } = (await server.call('POST', '/api/runs', { workflow })).json;
    for (let i = 0; i < 200; i++) {
      const { json } = await server.call('GET', `/api/runs/${id}`);
      if (json.status === 'completed') break;
      await sleep(50);
    }
    expect((await show({ run: id })).status).toBe(204);
    expect(await asked()).toMatch(new RegExp(`outputs/${id}$`));
    expect((await show({ run: '../..' })).status).toBe(404);
  });

  test('says so when nothing is there, and for a name it did not give', async () => {
    expect((await show({ path: join(scratch(), 'none') })).status).toBe(404);
    expect((await show({ ref: 'L2V0Yw.AAAA' })).status).toBe(404);
    expect((await show({})).status).toBe(404);
  });

  test('refuses whoever comes through a proxy, other sites, and folders it may not read', async () => {
    const before = readFileSync(note, 'utf8');
    const host = new URL(server.url).host;
    const path = `/api/files/show?path=${encodeURIComponent(dirname(cat))}`;
    for (const [name, value] of [
      ['X-Forwarded-For', '10.0.0.9'],
      ['Origin', 'http://example.com'],
    ] as const)
      expect((await raw(server.url, get(path, { Host: host, [name]: value }, 'POST'))).status).toBe(403);
    const given = scratch();
    const confined = await startServer({ env: desktop, args: ['--read-from', given] });
    const other = await confined.call('POST', `/api/files/show?path=${encodeURIComponent(bin)}`);
    expect([other.status, other.json.error.code]).toEqual([403, 'file.forbidden']);
    expect(readFileSync(note, 'utf8')).toBe(before);
  });

  test('says where the files are when there is no desktop, and opens nothing for others', async () => {
    const bare = await startServer({ env: { ...desktop, DISPLAY: '', WAYLAND_DISPLAY: '' } });
    const none = await bare.call('POST', '/api/files/show?path=sample:queries');
    expect([none.status, none.json.error.code]).toEqual([409, 'folder.no-desktop']);
    expect((await bare.call('GET', '/api/health')).json.desktop).toBe(false);
    const token = 'a-token-that-nobody-guesses';
    const shared = await startServer({
      env: desktop,
      args: ['--allow-host', 'pics.example', '--token', token],
    });
    const headers = { authorization: `Bearer ${token}` };
    const refused = await shared.call('POST', '/api/files/show?path=sample:queries', undefined, headers);
    expect([refused.status, refused.json.error.code]).toEqual([403, 'folder.not-here']);
  });
});
