import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { get, raw } from './raw.ts';
import { connect, scratch, spawnServer, startServer, type TestServer } from './server.ts';

let server: TestServer;
let guarded: TestServer;
const TOKEN = 'a-token-that-nobody-guesses';

beforeAll(async () => {
  [server, guarded] = await Promise.all([
    startServer({ keep: true }),
    startServer({ keep: true, args: ['--host', '0.0.0.0', '--token', TOKEN] }),
  ]);
});

/** Every method of every path, with its placeholders filled. */
async function everyRoute(from: TestServer): Promise<{ method: string; path: string }[]> {
  const { json } = await from.call('GET', '/api/openapi.json', undefined, {
    authorization: `Bearer ${TOKEN}`,
  });
  const routes = Object.entries(json.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'x'),
    })),
  );
  return [
    ...routes,
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/api/docs' },
    { method: 'GET', path: '/socket.io/?EIO=4&transport=polling' },
  ];
}

const own = (url: string) => new URL(url).host;

test('every route refuses a name that is not its own, pages of other sites, and text as JSON', async () => {
  const routes = await everyRoute(server);
  expect(routes.length).toBeGreaterThan(30);
  const host = own(server.url);
  const intruders: Record<string, string>[] = [
    { Host: 'evil.example' },
    { Host: `evil.example:${new URL(server.url).port}` },
    { Host: 'localhost.evil.example' },
    { Host: '127.0.0.1.evil.example' },
    { Host: '169.254.1.1' },
    { Host: host, Origin: 'http://evil.example' },
    { Host: host, Origin: 'null' },
    { Host: host, Origin: `http://${host}.evil.example` },
    { Host: host, Origin: `http://127.0.0.1:1` },
    { Host: host, 'Sec-Fetch-Site': 'cross-site' },
  ];
  for (const { method, path } of routes) {
    for (const headers of intruders) {
      const { status } = await raw(server.url, get(path, headers, method));
      expect([400, 403], `${method} ${path} ${JSON.stringify(headers)}`).toContain(status);
    }
  }
});

test('a request without a Host is refused', async () => {
  expect((await raw(server.url, 'GET /api/health HTTP/1.0\r\n\r\n')).status).toBe(403);
  expect((await raw(server.url, 'GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400);
});

test('with a token, every route wants it; a header, a cookie or the address may carry it', async () => {
  const host = own(guarded.url).replace('0.0.0.0', '127.0.0.1');
  for (const { method, path } of await everyRoute(guarded)) {
    const others: Record<string, string>[] = [
      {},
      { Authorization: 'Bearer wrong-wrong-wrong-wrong' },
      { Cookie: 'patchbay_token=x' },
      { Authorization: TOKEN },
    ];
    for (const headers of others) {
      const { status } = await raw(guarded.url, get(path, { Host: host, ...headers }, method));
      // Socket.IO answers refused requests in its own way.
      expect(status, `${method} ${path}`).toBe(path.startsWith('/socket.io') ? 403 : 401);
    }
  }
  const health = (headers: Record<string, string>, query = '') =>
    raw(guarded.url, get(`/api/health${query}`, { Host: host, ...headers }));
  expect((await health({ Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await health({ Cookie: `a=b; patchbay_token=${TOKEN}` })).status).toBe(200);
  expect((await health({}, `?token=${TOKEN}`)).status).toBe(200);
  const opened = await raw(guarded.url, get(`/?token=${TOKEN}`, { Host: host }));
  expect(opened.status).toBe(303);
  expect(opened.head).toMatch(/Set-Cookie: patchbay_token=.*HttpOnly; SameSite=Strict/);
  expect(
    (await raw(guarded.url, get('/api/health', { Host: 'evil.example', Authorization: `Bearer ${TOKEN}` })))
      .status,
  ).toBe(403);
});

test('on an address that others reach, a token is made and printed', async () => {
  const open = await startServer({ args: ['--host', '0.0.0.0'] });
  expect(new URL(open.url).searchParams.get('token')).toMatch(/^[\w-]{32}$/);
  const bare = new URL(open.url);
  expect((await fetch(`http://127.0.0.1:${bare.port}/api/health`)).status).toBe(401);
});

test('a server with a further name is as guarded as one that others reach', async () => {
  const named = await startServer({ args: ['--allow-host', 'Studio.Example'] });
  const address = new URL(named.url);
  const token = address.searchParams.get('token') ?? '';
  expect(token).toMatch(/^[\w-]{32}$/);
  const ask = (path: string, headers: Record<string, string>) => raw(named.url, get(path, headers));
  for (const Host of ['studio.example', own(named.url)]) {
    expect((await ask('/api/health', { Host })).status, Host).toBe(401);
    expect((await ask('/api/health', { Host, Authorization: `Bearer ${token}` })).status, Host).toBe(200);
  }
  // Callers from elsewhere read no folders of the one who runs the server.
  const { json } = await named.call('GET', '/api/files', undefined, { authorization: `Bearer ${token}` });
  expect(json.folders.map(({ place }: { place?: string }) => place)).toEqual(['samples', 'uploads']);
  const home = await named.call('GET', `/api/files?path=${encodeURIComponent(homedir())}`, undefined, {
    authorization: `Bearer ${token}`,
  });
  expect(home.status).toBe(403);
});

describe('a token', () => {
  const health = async (from: TestServer, token: string) =>
    (await from.call('GET', '/api/health', undefined, { authorization: `Bearer ${token}` })).status;
  const file = (text: string) => {
    const path = join(scratch(), 'token');
    writeFileSync(path, text);
    return path;
  };

  test('comes from a file or the environment; an option wins', async () => {
    const [byFile, byEnv, both] = await Promise.all([
      startServer({ args: ['--token-file', file(`${TOKEN}\n`)] }),
      startServer({ env: { PATCHBAY_TOKEN: TOKEN } }),
      startServer({ args: ['--token-file', file(TOKEN)], env: { PATCHBAY_TOKEN: `another-${TOKEN}` } }),
    ]);
    for (const from of [byFile, byEnv, both]) {
      // The address is printed, and what is printed is often kept.
      expect(from.url).not.toContain(TOKEN);
      expect(await health(from, TOKEN)).toBe(200);
      expect(await health(from, `another-${TOKEN}`)).toBe(401);
    }
  });

  test.each([
    [['--token', 'short'], {}, 'The token of --token needs at least 16 characters.'],
    [['--token-file', file('short\n')], {}, 'The token of --token-file needs at least 16 characters.'],
    [['--token-file', file('')], {}, 'The token of --token-file needs at least 16 characters.'],
    [[], { PATCHBAY_TOKEN: 'short' }, 'The token of PATCHBAY_TOKEN needs at least 16 characters.'],
    [
      ['--token-file', '/no/such/file'],
      {},
      'The file /no/such/file of --token-file could not be read (ENOENT).',
    ],
    [['--token', TOKEN, '--token-file', file(TOKEN)], {}, 'either with --token or with --token-file'],
  ])('of %j %j is refused', async (args, env, sentence) => {
    const ended = await spawnServer({ args, env });
    expect(ended).toMatchObject({ code: 2, output: expect.stringContaining(sentence) });
  });
});

describe('a browser without the token', () => {
  const browser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
  const ask = (path: string, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${new URL(guarded.url).port}${path}`, { headers, redirect: 'manual' });
  const send = (token: string | undefined, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${new URL(guarded.url).port}/`, {
      method: 'POST',
      headers: { ...browser, ...headers },
      body: new URLSearchParams(token === undefined ? {} : { token }),
      redirect: 'manual',
    });

  test('sees a page with a field for it, in its language; scripts see the error as JSON', async () => {
    for (const path of ['/', '/api/docs', '/api/runs']) {
      const page = await ask(path, browser);
      expect(page.status, path).toBe(401);
      expect(page.headers.get('content-type'), path).toMatch('text/html');
      expect(await page.text()).toContain('<input id="token"');
    }
    const chinese = await (
      await ask('/', { ...browser, 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' })
    ).text();
    expect(chinese).toContain('lang="zh-Hans"');
    expect(chinese).toContain('这个服务器需要令牌');
    const french = await (await ask('/', { ...browser, 'Accept-Language': 'fr' })).text();
    expect(french).toContain('This server needs a token');
    const scripts: Record<string, string>[] = [
      {},
      { Accept: '*/*' },
      { ...browser, Authorization: 'Bearer wrong' },
    ];
    for (const headers of scripts) {
      const answer = await ask('/', headers);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: 'access.token' } });
    }
  });

  test('is let in with the token, and told what is wrong with another', async () => {
    const opened = await send(` ${TOKEN}\n`);
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toBe('/');
    expect(opened.headers.get('set-cookie')).toMatch(/^patchbay_token=[^;]+;.*HttpOnly; SameSite=Strict/);
    for (const [token, sentence] of [
      ['wrong', 'This is not the token of this server.'],
      ['"><script>', 'This is not the token of this server.'],
      ['x'.repeat(20_000), 'This is not the token of this server.'],
      ['', 'Enter the token.'],
      [undefined, 'Enter the token.'],
    ] as const) {
      const answer = await send(token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('set-cookie')).toBeNull();
      const page = await answer.text();
      expect(page).toContain(sentence);
      expect(page).toContain('aria-invalid');
      expect(page).not.toContain('<script');
    }
    expect((await ask('/?token=wrong', browser)).status).toBe(401);
    // The form of another site cannot sign anybody in.
    expect((await send(TOKEN, { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await send(TOKEN, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    // Where no token is needed, nothing takes one.
    expect(
      (await fetch(server.url, { method: 'POST', body: new URLSearchParams({ token: TOKEN }) })).status,
    ).toBe(404);
  });
});

describe('a socket is refused', () => {
  test('without the token also in a session that was opened with it', async () => {
    const at = `http://127.0.0.1:${new URL(guarded.url).port}/socket.io/?EIO=4&transport=polling`;
    const opened = await (await fetch(`${at}&token=${TOKEN}`)).text();
    const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
    const poll = await fetch(`${at}&sid=${sid}`, { signal: AbortSignal.timeout(5000) });
    expect(poll.status).toBe(403);
    const own = await fetch(`${at}&sid=${sid}&token=${TOKEN}`, { method: 'POST', body: '40' });
    expect([own.status, await own.text()]).toEqual([200, 'ok']);
  });

  const refused = (from: TestServer, options: object) =>
    new Promise<string>((resolve) => {
      // Without the token in the printed address.
      const url = `http://127.0.0.1:${new URL(from.url).port}`;
      const { socket } = connect({ url }, options);
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', () => resolve('refused'));
    });
  for (const transport of ['websocket', 'polling']) {
    test(`from a foreign page, under a foreign name, without its token, over ${transport}`, async () => {
      const transports = [transport];
      expect(await refused(server, { transports })).toBe('connected');
      for (const extraHeaders of [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        // The polling client cannot send a wrong host. The raw connections above do.
        ...(transport === 'websocket' ? [{ host: 'evil.example' }] : []),
        { 'sec-fetch-site': 'cross-site' },
      ])
        expect(await refused(server, { transports, extraHeaders }), JSON.stringify(extraHeaders)).toBe(
          'refused',
        );
      expect(await refused(guarded, { transports })).toBe('refused');
      expect(await refused(guarded, { transports, extraHeaders: { authorization: 'Bearer no' } })).toBe(
        'refused',
      );
      expect(await refused(guarded, { transports, extraHeaders: { authorization: `Bearer ${TOKEN}` } })).toBe(
        'connected',
      );
      expect(await refused(guarded, { transports, query: { token: TOKEN } })).toBe('connected');
    });
  }
});

test('bodies of another kind are refused, whatever they hold', async () => {
  const body = JSON.stringify({ workflow: {} });
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ]) {
    const { status } = await server.call('POST', '/api/runs', body, { 'content-type': type });
    expect(status, type).toBe(415);
  }
  const json = await server.call('POST', '/api/assets', body, { 'content-type': 'application/json' });
  expect(json.status).toBe(415);
});
