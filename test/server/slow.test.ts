import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { endSlowBodies } from '../../server/http/slow-bodies.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Starts a server that reads bodies and allows `windowMs` for each 64 KB. */
async function start(windowMs: number): Promise<number> {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end('read'));
  });
  endSlowBodies(server, windowMs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const head = (bytes: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes}\r\n\r\n`;

test('a body that comes a byte at a time is refused, and its connection ends', async () => {
  const socket = connect(await start(300), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.on('error', () => {});
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.write(head(1000));
  const drip = setInterval(() => socket.writable && socket.write('x'), 50);
  await gone;
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('request.slow');
});

test('a long body that comes fast enough is read to its end, and a slow answer is no slow body', async () => {
  const socket = connect(await start(300), '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const part = Buffer.alloc(128 * 1024);
  socket.write(head(6 * part.length));
  for (let i = 0; i < 6; i++) {
    socket.write(part);
    await sleep(150);
  }
  await expect.poll(() => answer).toContain('read');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
});
