import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubSettings } from '../../server/hub/settings.ts';
import { noisyRepo, startHub } from './hub.ts';
import { fetcher, fresh } from './kit.ts';
import { startProxy } from './proxy-server.ts';

const REPO = 'someone/tiny-clip';
const hubOf = () => startHub(new Map([[REPO, noisyRepo(50_000)]]));

/** Whether openssl is installed, to make a certificate with. */
function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('There is no openssl, so no tunnel with TLS is tried.');
    return false;
  }
}

describe('a proxy from the environment', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])(
    'in %s gets every request to the hub and to its file server',
    async (name) => {
      const [hub, proxy] = [await hubOf(), await startProxy()];
      const { fetch } = fetcher(hub, { env: { [name]: proxy.url } });
      await fetch(REPO);
      expect(proxy.seen).toHaveLength(hub.seen.length);
      expect(proxy.seen.some((line) => line.startsWith(`GET ${hub.url}/api/models/`))).toBe(true);
      expect(proxy.seen.some((line) => line.startsWith(`GET ${hub.cdn}/`))).toBe(true);
    },
  );

  test('may be written without http://, and an error asks for its name and password', async () => {
    const [hub, proxy] = [await hubOf(), await startProxy({ login: 'ann:secret' })];
    await fetcher(hub, { env: { HTTP_PROXY: proxy.url.replace('http://', '') } }).fetch(REPO);
    expect(proxy.seen.length).toBeGreaterThan(0);
    await expect(fetcher(hub, { env: { HTTP_PROXY: proxy.host } }).fetch(REPO)).rejects.toMatchObject({
      code: 'hub.proxy-login',
      message: expect.stringMatching(/needs a name and a password\. .*NAME:PASSWORD@/),
    });
  });

  test.each(['NO_PROXY', 'no_proxy'])('is not used for hosts in %s', async (name) => {
    const [hub, proxy] = [await hubOf(), await startProxy()];
    await fetcher(hub, { env: { HTTP_PROXY: proxy.url, [name]: 'localhost,127.0.0.1' } }).fetch(REPO);
    expect(proxy.seen).toEqual([]);
  });

  test('does not change that the token goes only to the hub', async () => {
    const [hub, proxy] = [await hubOf(), await startProxy()];
    await fetcher(hub, { env: { HTTP_PROXY: proxy.url, HF_TOKEN: 'hf_secret' } }).fetch(REPO);
    expect(proxy.seen.length).toBeGreaterThan(0);
    for (const { where, token } of hub.seen)
      expect(token).toBe(where === 'hub' ? 'Bearer hf_secret' : undefined);
  });

  test.runIf(hasOpenssl())('carries TLS through a tunnel, unread', async () => {
    const hub = await hubOf();
    const folder = fresh();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'].concat([
        '-subj',
        '/CN=hub.test',
        '-addext',
        'subjectAltName=DNS:hub.test',
      ]),
      { stdio: 'ignore' },
    );
    // The same hub behind TLS, under a host name that only the proxy knows. Its redirects stay on that host.
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (incoming, answer) => {
      const far = incoming.url?.startsWith('/cdn/') ? hub.cdn : hub.url;
      request(
        `${far}${incoming.url?.replace(/^\/cdn/, '')}`,
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          const { location } = reply.headers;
          const moved = location && { location: location.replace(hub.cdn, 'https://hub.test/cdn') };
          answer.writeHead(reply.statusCode ?? 0, { ...reply.headers, ...moved });
          reply.pipe(answer);
        },
      ).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = await startProxy({ tunnelTo: (server.address() as AddressInfo).port });
    try {
      const data = fresh();
      const child = spawn(process.execPath, [join(import.meta.dirname, 'fetch-child.mjs'), data, REPO], {
        env: {
          PATH: process.env.PATH,
          HF_ENDPOINT: 'https://hub.test',
          HF_HOME: join(data, 'none'),
          HTTPS_PROXY: proxy.url,
          NODE_EXTRA_CA_CERTS: cert,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
      expect(new Set(proxy.seen)).toEqual(new Set(['CONNECT hub.test:443']));
      const found = await fetcher(hub, { data }).files(REPO);
      expect(found.get('onnx/vision_model.onnx')).toEqual(
        hub.repos.get(REPO)?.get('onnx/vision_model.onnx')?.bytes,
      );
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('a proxy that does not work is reported without its password', () => {
  const refused = async (env: Record<string, string>) =>
    fetcher({ url: 'https://hub.test' }, { env, tries: 2 })
      .fetch(REPO)
      .then(
        () => undefined,
        (error: { code: string; message: string }) => error,
      );

  test('one that cannot be reached', async () => {
    const error = await refused({ HTTPS_PROXY: 'http://ann:secret@127.0.0.1:9' });
    expect(error).toMatchObject({
      code: 'hub.proxy-unreachable',
      message:
        'The proxy 127.0.0.1:9 in HTTP_PROXY or HTTPS_PROXY could not be reached (ECONNREFUSED). Start it, or remove the variable and restart Patchbay.',
    });
    expect(JSON.stringify(error)).not.toContain('secret');
  });

  test('one that allows no access', async () => {
    const proxy = await startProxy({ status: 403 });
    expect(await refused({ HTTPS_PROXY: proxy.url })).toMatchObject({
      code: 'hub.proxy-refused',
      message: expect.stringMatching(/\(status 403\)\. .*NO_PROXY/),
    });
    expect(proxy.seen).toEqual(['CONNECT hub.test:443']);
  });

  test('one that is busy is tried again', async () => {
    const proxy = await startProxy({ status: 503 });
    expect(await refused({ HTTPS_PROXY: proxy.url })).toMatchObject({ code: 'hub.proxy-refused' });
    expect(proxy.seen).toHaveLength(2);
  });

  test.each(['socks5://127.0.0.1:1080', 'http://'])('an address that is not an HTTP proxy: %s', (address) => {
    expect(() => hubSettings({ HTTPS_PROXY: address })).toThrow(
      expect.objectContaining({
        code: 'hub.proxy-address',
        message: expect.stringMatching(/^HTTPS_PROXY is not the address of an HTTP proxy\./),
      }),
    );
  });
});
