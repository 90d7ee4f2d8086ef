import { getEventListeners } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { give, noisyRepo, startHub, type TestHub, type Trouble } from './hub.ts';
import { fetcher } from './kit.ts';

const REPO = 'someone/tiny-clip';
const GRAPH = 'onnx/vision_model.onnx';
const SIZE = 400_000;
const hubOf = () => startHub(new Map([[REPO, noisyRepo(SIZE)]]));

/** Makes the first `times` requests for the graph fail. */
function first(times: number, what: Trouble): Trouble {
  let left = times;
  return (request, response, file) => {
    if (file.path !== GRAPH || left === 0) return false;
    left -= 1;
    return what(request, response, file);
  };
}
const always = (what: Trouble) => first(Number.POSITIVE_INFINITY, what);

/** Downloads the model and expects every byte to be right. */
async function comesRight(hub: TestHub, options: Parameters<typeof fetcher>[1] = {}): Promise<void> {
  const one = fetcher(hub, options);
  const manifest = await one.fetch(REPO);
  const found = await one.files(REPO);
  for (const { path } of manifest.files)
    expect(found.get(path)?.equals(hub.repos.get(REPO)!.get(path)!.bytes), path).toBe(true);
}

const cut: Trouble = (request, response, { bytes }) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from ? 206 : 200, {
    'content-length': String(bytes.length - from),
    ...(from && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.write(bytes.subarray(from, from + 50_000), () => response.destroy());
  return true;
};
const flipped: Trouble = (request, response, { bytes }) => {
  const wrong = Buffer.from(bytes);
  wrong[1234]! ^= 4;
  give(request, response, wrong);
  return true;
};
const status =
  (code: number, headers: Record<string, string> = {}): Trouble =>
  (_, response) => {
    response.writeHead(code, headers).end('busy');
    return true;
  };
const silent: Trouble = (_, response, { bytes }) => {
  response.writeHead(200, { 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, 10));
  return true;
};
const page: Trouble = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in to the hotel</html>');
  return true;
};
const longer: Trouble = (_, response, { bytes }) => {
  response.writeHead(200);
  response.end(Buffer.concat([bytes, Buffer.from('more')]));
  return true;
};
const shorter: Trouble = (_, response, { bytes }) => {
  response.writeHead(200);
  response.end(bytes.subarray(0, 1000));
  return true;
};
const wholeDespiteRange: Trouble = (request, response, { bytes }) => {
  if (request.headers.range === undefined) return false;
  response.writeHead(200, { 'content-length': String(bytes.length) }).end(bytes);
  return true;
};
const otherPart: Trouble = (request, response, { bytes }) => {
  if (request.headers.range === undefined) return false;
  response.writeHead(206, { 'content-range': `bytes 0-9/${bytes.length}`, 'content-length': '10' });
  response.end(bytes.subarray(0, 10));
  return true;
};

describe('a network that misbehaves costs time, not bytes', () => {
  test.each([
    ['a body that is cut again and again', always(cut)],
    ['a bit that flips on the way, once', first(1, flipped)],
    ['a server that is busy, then fine', first(2, status(503, { 'retry-after': '0' }))],
    ['a gateway that fails, then not', first(2, status(502))],
    ['a login page instead of the file, once', first(1, page)],
    ['more bytes than the file has, once', first(1, longer)],
    ['fewer bytes than the file has, without a length', first(2, shorter)],
    ['a range that is said to be none', first(1, status(416))],
  ])('%s', async (_, trouble) => {
    const hub = await hubOf();
    hub.trouble = trouble;
    await comesRight(hub);
  });

  test.each([
    ['the whole file where a part was asked for', wholeDespiteRange],
    ['another part than was asked for', otherPart],
    [
      '416 for a request of a part',
      ((request, ...rest) =>
        request.headers.range !== undefined && status(416)(request, ...rest)) satisfies Trouble,
    ],
  ])('after a cut: %s', async (_, trouble) => {
    const hub = await hubOf();
    const steps = [first(1, cut), first(1, trouble)];
    let step = 0;
    hub.trouble = (request, response, file) => {
      if (file.path !== GRAPH) return false;
      const now = steps[step];
      step += 1;
      return now?.(request, response, file) ?? false;
    };
    await comesRight(hub);
  });

  test('a stalled connection is given up and tried again', async () => {
    const hub = await hubOf();
    hub.trouble = first(1, silent);
    await comesRight(hub, { stallMs: 300 });
  });

  test.each([
    ['says nothing more', 0],
    ['sends a few bytes from time to time', 100],
  ])('a hub that %s fails the download after three stalls, and nothing still listens', async (_, bytes) => {
    const hub = await hubOf();
    const control = new AbortController();
    let most = 0;
    hub.trouble = (request, response, file) => {
      if (file.path !== GRAPH) return false;
      most = Math.max(most, getEventListeners(control.signal, 'abort').length);
      const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const total = file.bytes.length;
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': total - from,
        ...(from > 0 && { 'content-range': `bytes ${from}-${total - 1}/${total}` }),
      });
      response.flushHeaders();
      if (bytes > 0) response.write(file.bytes.subarray(from, from + bytes));
      return true;
    };
    const start = performance.now();
    await expect(
      fetcher(hub, { stallMs: 300, tries: 1000 }).fetch(REPO, { signal: control.signal }),
    ).rejects.toMatchObject({ code: 'hub.interrupted', args: { reason: { code: 'hub.stalled' } } });
    expect(performance.now() - start).toBeLessThan(8000);
    expect(most).toBeLessThan(8);
    expect(getEventListeners(control.signal, 'abort')).toEqual([]);
  });

  test('a connection that never answers is given up and tried again', async () => {
    const hub = await hubOf();
    hub.trouble = first(1, () => true);
    await comesRight(hub, { stallMs: 300 });
  });

  test('after a cut, less than one percent is downloaded again', async () => {
    const hub = await hubOf();
    hub.trouble = always(cut);
    await comesRight(hub);
    const all = [...hub.repos.get(REPO)!].filter(([path]) => !/quantized|README/.test(path));
    const bytes = all.reduce((sum, [, file]) => sum + file.bytes.length, 0);
    // The rest of the bytes is the list of files.
    expect(hub.sent).toBeLessThan(bytes * 1.01 + 5000);
  });
});

describe('a network that stays bad is reported with a sentence, and no incomplete model is visible', () => {
  const ends = async (hub: TestHub, options: Parameters<typeof fetcher>[1] = {}) => {
    const one = fetcher(hub, options);
    const error = await one.fetch(REPO).then(
      () => undefined,
      (reason: { code: string; message: string }) => reason,
    );
    expect(await readdir(join(one.data, 'models')).catch(() => [])).toEqual([]);
    return error;
  };

  test.each([
    ['bits that always flip', always(flipped), 'hub.hash', /arrived 3 times with other bytes than the hub/],
    [
      'a server that stays busy',
      always(status(503)),
      'hub.interrupted',
      /could not be downloaded\. .* is busy \(status 503\)\. The part that has arrived is kept, so trying again continues from there\./,
    ],
    ['a login page that stays', always(page), 'hub.interrupted', /login page or a proxy/],
    ['a CDN that refuses', always(status(403)), 'hub.gated', /licence/],
    [
      'more bytes than the file has, always',
      always(longer),
      'hub.interrupted',
      /\. 127\.0\.0\.1:\d+ sent more than the file\. /,
    ],
  ])('%s', async (_, trouble, code, message) => {
    const hub = await hubOf();
    hub.trouble = trouble;
    expect(await ends(hub)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a redirect in circles', async () => {
    const hub = await hubOf();
    hub.trouble = always((request, response) => {
      response.writeHead(302, { location: request.url }).end();
      return true;
    });
    expect(await ends(hub)).toMatchObject({
      code: 'hub.redirect-loop',
      message: expect.stringMatching(/ redirects in circles\. /),
    });
  });

  test('a redirect to another kind of address', async () => {
    const hub = await hubOf();
    hub.trouble = always((_, response) => {
      response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      return true;
    });
    expect(await ends(hub)).toMatchObject({
      code: 'hub.redirect-unsafe',
      message: expect.stringMatching(/Patchbay downloaded nothing\./),
    });
  });

  test('a wrong etag, which the bytes do not match', async () => {
    const hub = await hubOf();
    hub.namesOnly = true;
    hub.headTrouble = (_, response, { path }) => {
      if (path !== GRAPH) return false;
      response.writeHead(302, {
        'x-repo-commit': hub.commit,
        'x-linked-etag': `"${'b'.repeat(64)}"`,
        'x-linked-size': String(SIZE),
        location: `${hub.cdn}/b`,
      });
      response.end();
      return true;
    };
    expect(await ends(hub)).toMatchObject({ code: 'hub.hash' });
    hub.headTrouble = (_, response) => {
      response.writeHead(200, { 'x-repo-commit': hub.commit, etag: '"weak"', 'content-length': '5' }).end();
      return true;
    };
    expect(await ends(hub)).toMatchObject({ code: 'hub.no-hash' });
  });

  test('an endpoint that is not a hub', async () => {
    const server = createServer((_, response) => void response.end('<html>welcome</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(fetcher({ url }).fetch(REPO)).rejects.toMatchObject({
      code: 'hub.interrupted',
      args: { reason: expect.objectContaining({ code: 'hub.not-a-hub' }) },
      message: expect.stringContaining(' does not answer as a model hub does. '),
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('cancelling', () => {
  test('ends at once and keeps the part, from which the next try continues', async () => {
    const hub = await hubOf();
    hub.trouble = always(silent);
    const one = fetcher(hub);
    const control = new AbortController();
    let before: number | undefined;
    const fetching = one.fetch(REPO, {
      signal: control.signal,
      onProgress: ({ file, doneBytes }) => {
        if (file !== GRAPH) return;
        if (before !== undefined && doneBytes === before + 10) control.abort();
        before = doneBytes;
      },
    });
    await expect(fetching).rejects.toMatchObject({ code: 'run.cancelled' });
    hub.trouble = undefined;
    await one.fetch(REPO);
    const ranges = hub.seen.filter(({ where, range }) => where === 'cdn' && range !== undefined);
    expect(ranges.map(({ range }) => range)).toContain('bytes=10-');
  });
});
