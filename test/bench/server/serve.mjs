// Starts a server for the benchmarks in its own process with its own data folder.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, scratch } from '../measure.mjs';

const { io } = createRequire(join(root, 'package.json'))('socket.io-client');

export { root, scratch, sleep };

export async function serve(data = scratch('server'), args = []) {
  const nodes = [join(root, 'test/runner/nodes'), join(root, 'test/server/nodes')].join(delimiter);
  const child = spawn(
    process.execPath,
    [join(root, 'dist/server/cli.js'), 'serve', '--port', '0', '--data', data, '--device', 'cpu', ...args],
    { env: { ...process.env, PATCHBAY_NODES: nodes }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = `${log}${chunk}`.slice(-4000);
  });
  const gone = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  const url = await new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = /Patchbay is at (http\S+)\n/.exec(out)?.[1];
      if (found) resolve(found);
    });
    gone.then((code) => reject(new Error(`The server ended with ${code}: ${out}${log}`)));
  });
  const call = async (method, path, body) => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (response.status >= 400) throw new Error(`${response.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const ended = async (id, every = 20) => {
    for (;;) {
      const run = await call('GET', `/api/runs/${id}`);
      if (run.finishedAt !== null) return run;
      await sleep(every);
    }
  };
  return {
    url,
    data,
    pid: child.pid,
    call,
    ended,
    submit: (workflow, wishes = {}) => call('POST', '/api/runs', { workflow, ...wishes }),
    health: () => call('GET', '/api/health'),
    connect: (options = {}) =>
      new Promise((resolve, reject) => {
        const socket = io(url, {
          transports: ['websocket'],
          reconnection: false,
          forceNew: true,
          ...options,
        });
        socket.once('connect', () => resolve(socket));
        socket.once('connect_error', reject);
      }),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return gone;
    },
  };
}

export const workflow = (nodes, edges = []) => ({ format: 'patchbay', version: 1, nodes, edges });

/** A chain of nodes that pass on a text. Another text gives all of them new results. */
export const chain = (length, text) =>
  workflow(
    Array.from({ length }, (_, i) =>
      i === 0
        ? { id: 'n0', type: 'text/prompts', params: { prompts: [text] } }
        : { id: `n${i}`, type: 'flow/reroute' },
    ),
    Array.from({ length: length - 1 }, (_, i) => ({
      from: { node: `n${i}`, port: i === 0 ? 'texts' : 'value' },
      to: { node: `n${i + 1}`, port: 'value' },
    })),
  );

/** A number of warnings, each of them an event. The engine sends at most forty for each node. */
export function warnings(times, options = {}) {
  const length = Math.ceil(times / 40);
  return workflow(
    Array.from({ length }, (_, i) => ({
      id: `warn${i}`,
      type: 'test/warn',
      params: { times: 40, ...options },
    })),
    Array.from({ length: length - 1 }, (_, i) => ({
      from: { node: `warn${i}`, port: 'texts' },
      to: { node: `warn${i + 1}`, port: 'after' },
    })),
  );
}

export const fault = (how, params = {}) =>
  workflow([{ id: 'fault', type: 'fault/misbehave', params: { how, ...params } }]);

/** The percentile of a list of numbers. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))];
}
