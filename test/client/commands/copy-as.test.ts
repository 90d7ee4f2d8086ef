import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  COPY_FORMS,
  type CopyForm,
  type CopySource,
  copyText,
  powershellWord,
  pythonValue,
  shellWord,
} from '../../../client/commands/copy-as.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { startServer, type TestServer } from '../../server/server.ts';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

const NASTY = [
  `it's "quoted" $HOME \`id\` \\ back\\nslash`,
  '红苹果 🍎 \u2028 end',
  "two\nlines, 'and'\r\n\ttabs",
  '%PATH% !x! ^ & | < > ; # * ? ~ {a} [b]',
  '@file',
  '-n',
  'PATCHBAY',
];

/** A workflow whose output is its input: the prompts that it was given, and a text with every kind of quote. */
const workflow: Workflow = {
  format: 'patchbay',
  version: 1,
  name: 'It\'s 我的 "search"',
  nodes: [
    { id: 'prompts', type: 'text/prompts', params: { prompts: NASTY } },
    { id: 'folder', type: 'image/load-folder', params: { path: 'sample:pictures/fruit', limit: 2 } },
  ],
  edges: [],
  inputs: [
    { name: 'words', node: 'prompts', param: 'prompts' },
    { name: 'folder', node: 'folder', param: 'path' },
    { name: 'limit', node: 'folder', param: 'limit' },
    { name: "sub 'folders'", node: 'folder', param: 'recursive' },
  ],
  outputs: [
    { name: 'texts', node: 'prompts', port: 'texts' },
    { name: 'pictures', node: 'folder', port: 'images' },
  ],
};

const inputs: CopySource['inputs'] = [
  { name: 'words', value: NASTY, type: 'strings' },
  { name: 'folder', value: 'sample:pictures/fruit', type: 'string' },
  { name: 'limit', value: 2, type: 'integer' },
  { name: "sub 'folders'", value: true, type: 'boolean' },
];

const installed = async (program: string) =>
  run(program, ['--version']).then(
    () => true,
    () => {
      console.error(`${program} is not installed, so its copied text is not tried.`);
      return false;
    },
  );

describe('the copied text', () => {
  const token = 'a-token-that-nobody-guesses';
  const servers: { source: CopySource; env: NodeJS.ProcessEnv; expected: unknown }[] = [];

  /** What the studio gets. */
  async function ofStudio(server: TestServer, headers: Record<string, string>): Promise<unknown> {
    const { json: begun } = await server.call('POST', '/api/runs', { workflow }, headers);
    for (;;) {
      const { json } = await server.call('GET', `/api/runs/${begun.id}`, undefined, headers);
      if (json.finishedAt === null) continue;
      expect(json.status).toBe('completed');
      return json.outputs;
    }
  }

  beforeAll(async () => {
    for (const needsToken of [false, true]) {
      const server = await startServer({ keep: true, args: needsToken ? ['--token', token] : [] });
      const headers: Record<string, string> = needsToken ? { authorization: `Bearer ${token}` } : {};
      const { json } = await server.call('POST', '/api/workflows', { workflow }, headers);
      const address = new URL(server.url).origin;
      const source = { address, id: json.id, needsToken, workflow, inputs, dataFolder: server.data };
      const env = { ...process.env, ...(needsToken && { PATCHBAY_TOKEN: token }) };
      servers.push({ source, env, expected: await ofStudio(server, headers) });
    }
  }, 120_000);

  /** Runs the text as a person would: pasted into a shell, or saved as a script. */
  async function tried(form: CopyForm, source: CopySource, env: NodeJS.ProcessEnv) {
    const text = copyText(form, source);
    expect(text).not.toContain(token);
    const file = join(
      mkdtempSync(join(tmpdir(), 'patchbay-copy-')),
      form === 'typescript' ? 'run.mjs' : 'run',
    );
    writeFileSync(file, text);
    const program = { curl: 'sh', python: 'python3', typescript: process.execPath, shell: 'sh' }[
      form as 'curl'
    ];
    const { stdout } = await run(program, [file], { env, cwd: root, maxBuffer: 1 << 26 });
    return stdout;
  }

  test.each(['curl', 'python', 'typescript'] as const)(
    '%s gives the answer of the studio, with and without a token',
    async (form) => {
      if (form === 'curl' && !(await installed('curl'))) return;
      if (form === 'python' && !(await installed('python3'))) return;
      for (const { source, env, expected } of servers) {
        const answer = JSON.parse(await tried(form, source, env));
        expect(form === 'curl' ? answer.outputs : answer).toEqual(expected);
      }
    },
    120_000,
  );

  test.each(['python', 'typescript'] as const)(
    '%s says why a run failed or was refused, without stars or a stack, and ends with an error',
    async (form) => {
      if (form === 'python' && !(await installed('python3'))) return;
      const { source, env } = servers[0]!;
      const told = async (folder: unknown) => {
        const given = inputs.map((input) => (input.name === 'folder' ? { ...input, value: folder } : input));
        return tried(form, { ...source, inputs: given }, env).then(
          () => undefined,
          ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
        );
      };
      const partial = await told('/no/such/folder');
      expect(partial).toMatchObject({ code: 1, stderr: expect.stringContaining('was not found') });
      const refused = await told(5);
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('must be a text'),
      });
      for (const { stderr } of [partial!, refused!]) expect(stderr).not.toMatch(/\*|Traceback|\bat .*:\d+/);
    },
    60_000,
  );

  test.skipIf(process.platform === 'win32')(
    'a command line gives it without the server, on its data folder',
    async () => {
      const { source, env, expected } = servers[0] as (typeof servers)[number];
      // From any folder: the text goes to the folder of Patchbay itself.
      const text = copyText('shell', { ...source, programFolder: root }).replace(
        'npx patchbay run -',
        'npx patchbay run - --json --device cpu',
      );
      const file = join(mkdtempSync(join(tmpdir(), 'patchbay-copy-')), 'run');
      writeFileSync(file, text);
      const { stdout } = await run('sh', [file], { env, cwd: tmpdir(), maxBuffer: 1 << 26 });
      const { outputs } = JSON.parse(stdout);
      const plain = (value: unknown) =>
        JSON.parse(JSON.stringify(value, (key, one) => (key === 'ref' ? undefined : one)));
      expect(plain(outputs)).toEqual(plain(expected));
    },
    120_000,
  );
});

test('words of a shell keep every character', async () => {
  for (const text of [...NASTY, '', "'", "''", 'plain/path-1.png', '$(id)'])
    expect((await run('sh', ['-c', `printf %s ${shellWord(text)}`])).stdout, text).toBe(text);
});

test('words of PowerShell double each kind of single quote', () => {
  expect(powershellWord(`it's “so” ‘and’ $x`)).toBe(`'it''s “so” ‘‘and’’ $x'`);
});

test('values become those of Python', () => {
  expect(pythonValue({ a: true, b: null, c: [1.5, 'x"y'], d: [], e: {} })).toBe(
    '{\n    "a": True,\n    "b": None,\n    "c": [\n        1.5,\n        "x\\"y",\n    ],\n    "d": [],\n    "e": {},\n}',
  );
});

test('every form names where the token comes from, and none has it when there is none', () => {
  const source: CopySource = { address: 'http://a:1', id: 'x', needsToken: true, workflow, inputs };
  for (const form of COPY_FORMS) {
    const text = copyText(form, source);
    if (form === 'shell') continue;
    expect(text, form).toContain('PATCHBAY_TOKEN');
    expect(copyText(form, { ...source, needsToken: false }), form).not.toContain('PATCHBAY_TOKEN');
  }
});
