import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../../nodes/sdk/index.ts';
import { deviceMessage } from '../../contract/messages/devices.ts';
import { buildGraph, type GraphBuilder } from '../onnx/graph-builder.ts';
import { ortModulePath, type Provider } from './ort-package.ts';
import { reasonOf } from './session.ts';

/** The result of trying a device. */
export type ProbeResult =
  | { readonly works: true; readonly deviceMs: number; readonly cpuMs: number }
  | { readonly works: false; readonly reason: Message };

/** How far a device's numbers may differ from the CPU's: the tolerance of all operations. */
const TOLERANCE = 1e-4;
const TIMEOUT_MS = 120_000;
const MAX_OUTPUT = 1 << 16;
const WIDTH = 512;

/** A small graph with the operations that encoders and searches use: x is n x 16. */
function checkModel(): Uint8Array {
  return buildGraph((g) => {
    const x = g.input('x', 'float32', ['n', 16]);
    const scores = g.node('Softmax', [g.node('Gemm', [x, x], { transB: 1 })], { axis: -1 });
    const mixed = g.node('Add', [g.node('MatMul', [scores, x]), g.node('Sigmoid', [x])]);
    const length = g.node('Sqrt', [
      g.node('ReduceSum', [g.node('Mul', [mixed, mixed]), axis(g)], { keepdims: 1 }),
    ]);
    g.output('y', g.node('Div', [mixed, length]), 'float32', ['n', 16]);
  });
}

function axis(g: GraphBuilder): string {
  return g.constant({ dtype: 'int64', dims: [1], data: BigInt64Array.of(-1n) });
}

/** A graph of four layers in the size of a small encoder: x is n x 512. */
function workModel(): Uint8Array {
  return buildGraph((g) => {
    const data = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => Math.sin(i) / WIDTH);
    const weight = g.constant({ dtype: 'float32', dims: [WIDTH, WIDTH], data });
    let value = g.input('x', 'float32', ['n', WIDTH]);
    for (let layer = 0; layer < 4; layer += 1) value = g.node('MatMul', [value, weight]);
    g.output('y', value, 'float32', ['n', WIDTH]);
  });
}

interface Answer {
  readonly error?: string;
  readonly difference?: number | null;
  readonly deviceMs?: number;
  readonly cpuMs?: number;
}

/** Tries a provider in a child process: loads a session, compares its numbers with the CPU's, and measures its speed. Never throws. */
export async function probe(
  provider: Provider,
  options: { readonly timeoutMs?: number } = {},
): Promise<ProbeResult> {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const job = {
    ortModule: ortModulePath,
    provider,
    check: base64(checkModel()),
    work: base64(workModel()),
    tolerance: TOLERANCE,
  };
  const { output, ended } = await answerOf(JSON.stringify(job), options.timeoutMs ?? TIMEOUT_MS);
  const answer = parse(output);
  if (!answer) return { works: false, reason: ended };
  if (answer.error !== undefined) return { works: false, reason: refusal(reasonOf(answer.error)) };
  const { difference, deviceMs, cpuMs } = answer;
  if (deviceMs === undefined || cpuMs === undefined) {
    const reason =
      difference == null
        ? deviceMessage('device.not-numbers')
        : deviceMessage('device.wrong-numbers', { difference });
    return { works: false, reason };
  }
  return { works: true, deviceMs, cpuMs };
}

function refusal(reason: string): Message {
  const withoutAdapter = /^Failed to get a WebGPU adapter: (.*)$/.exec(reason)?.[1];
  return withoutAdapter === undefined
    ? deviceMessage('device.refused', { reason })
    : deviceMessage('device.no-adapter', { reason: withoutAdapter });
}

function parse(output: string): Answer | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The output of the child, and the reason to show if it is not an answer. */
function answerOf(job: string, timeoutMs: number): Promise<{ output: string; ended: Message }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('probe-child.mjs', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
    });
    let output = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const finish = (ended: Message) => {
      clearTimeout(timer);
      resolve({ output, ended });
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT) output += text;
    });
    child.on('error', (error) => finish(deviceMessage('device.not-started', { reason: error.message })));
    child.on('close', (code, signal) => {
      const ending = signal ?? deviceMessage('device.exit-code', { exit: String(code) });
      if (late) finish(deviceMessage('device.silent', { seconds: Math.round(timeoutMs / 1000) }));
      else finish(deviceMessage('device.crashed', { ending }));
    });
    // Writing to a child that has already died gives an error, which 'close' reports as well.
    child.stdin.on('error', () => undefined);
    child.stdin.end(job);
  });
}
