import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach } from 'vitest';

/** A proxy like those of companies and Clash-like programs: it forwards plain HTTP and tunnels TLS. */
export interface TestProxy {
  readonly url: string;
  readonly host: string;
  /** The requests it received: `GET http://hub/x` or `CONNECT hub:443`. */
  readonly seen: string[];
}

const open = new Set<() => Promise<void>>();
afterEach(async () => {
  for (const close of open) await close();
});

/** @param options the real target of tunnels, the required login, and the status with which tunnels are answered */
export async function startProxy({
  tunnelTo,
  login,
  status,
}: {
  tunnelTo?: number;
  login?: string;
  status?: number;
} = {}): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const refusal = ({ headers }: IncomingMessage) =>
    wanted !== undefined && headers['proxy-authorization'] !== wanted ? 407 : status;
  const server = createServer((incoming, answer) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    const no = refusal(incoming);
    if (no !== undefined) return void answer.writeHead(no).end();
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    request(incoming.url ?? '', { method: incoming.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 0, reply.headers);
      reply.pipe(answer);
    })
      .on('error', () => answer.writeHead(502).end())
      .end();
  });
  server.on('connect', (incoming, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    const no = refusal(incoming);
    if (no !== undefined) return void socket.end(`HTTP/1.1 ${no} No\r\n\r\n`);
    const far = connect(tunnelTo ?? Number(incoming.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Yes\r\n\r\n');
      far.pipe(socket).pipe(far);
    });
    for (const one of [far, socket]) {
      sockets.add(one);
      one.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    open.delete(close);
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  open.add(close);
  return { url: `http://${login === undefined ? '' : `${login}@`}${host}`, host, seen };
}
