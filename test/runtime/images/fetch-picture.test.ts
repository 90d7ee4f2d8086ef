import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchPicture } from '../../../server/runtime/images/fetch-picture.ts';
import { temporaryFolder } from '../files/temporary-folder.ts';
import { imageWorld } from './image-world.ts';

const picture = readFileSync(new URL('../../fixtures/decode/baseline.jpg', import.meta.url));
const { signal } = new AbortController();
const allowAddresses = ['127.0.0.1'];

let connections = 0;
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
// Listens on every address of this machine, so that a spelling that gets through is counted.
const server = createServer((request, response) => answer(request, response));
server.on('connection', () => {
  connections += 1;
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  connections = 0;
  answer = (_, response) => response.end(picture);
});

const local = (path = '') => `http://127.0.0.1:${port}/${path}`;

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'fetched',
    (error: { code?: string }) => error.code,
  );
}

describe('no picture is downloaded and no connection made at', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.000.000.001',
    '127.0.0.1.',
    '127.8.9.10',
    '0.0.0.0',
    '0',
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    '①②⑦.0.0.1',
    '127。0。0。1',
    '%31%32%37.0.0.1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fec0::1]',
    '[64:ff9b:1::7f00:1]',
    '[fc00::1]',
    '169.254.169.254',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    'metadata.google.internal',
    'printer.local',
  ])('%s', async (host) => {
    expect(await codeOf(fetchPicture(`http://${host}:${port}/x.jpg`, signal, { milliseconds: 3000 }))).toBe(
      'url.forbidden',
    );
    expect(connections).toBe(0);
  });

  it('a host name that resolves to a local address', async () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '::127.0.0.1', '10.1.2.3']) {
      let asked = 0;
      const lookup = (_: string, options: { all?: boolean }, done: (...results: unknown[]) => void) => {
        asked += 1;
        const family = address.includes(':') ? 6 : 4;
        if (options.all) done(null, [{ address, family }]);
        else done(null, address, family);
      };
      const limits = { lookup: lookup as never, milliseconds: 3000 };
      expect(await codeOf(fetchPicture(`http://pictures.example:${port}/`, signal, limits))).toBe(
        'url.forbidden',
      );
      expect(asked).toBe(1);
    }
    expect(connections).toBe(0);
  });

  it.each([
    ['file:///etc/passwd', 'url.scheme'],
    ['ftp://example.com/x', 'url.scheme'],
    ['data:image/png;base64,AA', 'url.scheme'],
    ['gopher://example.com', 'url.scheme'],
    ['http://user:word@example.com/', 'url.credentials'],
    ['nonsense', 'url.invalid'],
    ['', 'url.invalid'],
  ])('%j: %s', async (url, code) => {
    expect(await codeOf(fetchPicture(url, signal))).toBe(code);
  });
});

describe('redirects', () => {
  it.each(['http://127.0.0.2', 'http://[::1]', 'http://localhost', 'http://0x7f000002', '//127.0.0.2'])(
    'to %s are refused although the first hop was allowed',
    async (target) => {
      answer = (_, response) => response.writeHead(302, { location: `${target}:${port}/x` }).end();
      expect(await codeOf(fetchPicture(local(), signal, { allowAddresses }))).toBe('url.forbidden');
      expect(connections).toBe(1);
    },
  );

  it('to another kind of address are refused', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end();
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses }))).toBe('url.scheme');
  });

  it('are followed three times and no more', async () => {
    answer = ({ url }, response) => {
      const left = Number(url!.slice(1));
      if (left === 0) response.end(picture);
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    };
    expect(await codeOf(fetchPicture(local('3'), signal, { allowAddresses }))).toBe('fetched');
    expect(await codeOf(fetchPicture(local('4'), signal, { allowAddresses }))).toBe('url.redirects');
  });
});

describe('a download', () => {
  it('ends at its limit, whether the size is announced or not', async () => {
    answer = (_, response) => response.end(Buffer.alloc(2000));
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses, bytes: 1000 }))).toBe(
      'url.too-large',
    );
    answer = (_, response) => {
      response.write(Buffer.alloc(900));
      response.end(Buffer.alloc(900));
    };
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses, bytes: 1000 }))).toBe(
      'url.too-large',
    );
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses, bytes: 1800 }))).toBe('fetched');
  });

  it('ends when it takes too long, before or within the answer', async () => {
    answer = () => undefined;
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses, milliseconds: 100 }))).toBe(
      'url.timeout',
    );
    answer = (_, response) => response.write('a');
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses, milliseconds: 100 }))).toBe(
      'url.timeout',
    );
  });

  it('ends when the run is cancelled', async () => {
    const stop = new AbortController();
    answer = (_, response) => {
      response.write('a');
      stop.abort();
    };
    expect(await codeOf(fetchPicture(local(), stop.signal, { allowAddresses }))).toBe('run.cancelled');
  });

  it('that breaks off, or is an error page, fails with a sentence', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('a', () => response.destroy());
    };
    expect(await codeOf(fetchPicture(local(), signal, { allowAddresses }))).toBe('url.cut-short');
    answer = (_, response) => response.writeHead(404).end('no');
    await expect(fetchPicture(local(), signal, { allowAddresses })).rejects.toMatchObject({
      code: 'url.status',
      message: `127.0.0.1:${port} answered with status 404 and sent no picture. Check the address.`,
    });
  });

  it('becomes an asset whose extension comes from its content, not from its address', async () => {
    const { images, assets, pool } = imageWorld(temporaryFolder(), { fetch: { allowAddresses } });
    const item = await images.url(local('caf%C3%A9%2F..%2Fsecret.exe?x=1'), { signal });
    expect(item).toMatchObject({ kind: 'image', name: 'secret.jpg', path: 'secret.jpg' });
    expect(item.source.kind).toBe('asset');
    expect(Buffer.from(await assets.read((item.source as { hash: string }).hash))).toEqual(picture);
    answer = (_, response) => response.end('<html>no picture</html>');
    expect(await codeOf(images.url(local('x.jpg'), { signal }))).toBe('image.unknown-format');
    await pool.dispose();
  });
});
