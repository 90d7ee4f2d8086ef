// Runs before anything is installed: plain JavaScript that imports only Node's own modules. `node server/setup.mjs
// start`, `test`, `check`, `build` or `docs` installs missing packages, builds if a source has changed, and then runs
// the task.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStale, noteBuilt, sources } from './sources.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task = 'start', ...rest] = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

function call(command, args, options = {}) {
  const shell = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell, ...options });
  if (result.error) fail(`Could not start ${command}: ${result.error.message}`);
  return result.status ?? 1;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(
    `Patchbay needs Node 20.19 or newer; this is ${process.version}. Install a newer one from nodejs.org and try again.`,
  );
}

/**
 * Whether all packages of the project's lock file are installed. npm keeps its own lock file of what it has installed.
 */
function installed() {
  const packages = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {});
  const have = packages(join(root, 'node_modules', '.package-lock.json'));
  const want = Object.entries(packages(join(root, 'package-lock.json')));
  return want.every(
    ([path, entry]) => path === '' || entry.optional || have[path]?.version === entry.version,
  );
}

function install() {
  if (installed()) return;
  console.error('Installing what is missing (once) ...');
  // Otherwise the install script of the ONNX runtime would download CUDA libraries, which are optional.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_ENV: 'development' };
  const code = call('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env,
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0)
    fail(
      'npm could not install the dependencies; its message is above. Check the network or registry and try again.',
    );
}

/** Writes the types of `patchbay/sdk`. */
function declareSdk() {
  if (call(bin('tsc'), ['-p', 'tsconfig.types.json'], { stdio: ['ignore', 2, 2] }) !== 0)
    fail('The build of the types failed; see above.');
  const folder = join(root, 'dist', 'nodes', 'sdk');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.d.ts'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    // The compiler rewrites the paths of imports in code, but not in declarations.
    writeFileSync(
      join(folder, name),
      text.replaceAll(/((?:from|import)\s*\(?['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2'),
    );
  }
}

function build({ force = false } = {}) {
  if (!force && !isStale(root)) return;
  console.error('Building ...');
  // Noted before the build, so that a file that changes during the build is built again later.
  const began = Date.now();
  const before = sources(root);
  // Deletes old files, because node types are found by listing this folder.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  if (call(bin('tsc'), ['-p', 'tsconfig.build.json'], { stdio: ['ignore', 2, 2] }) !== 0)
    fail('The build failed; see above.');
  // npm keeps the link that an earlier version made to this file, and never looks at it again.
  chmodSync(join(root, 'dist', 'server', 'cli.js'), 0o755);
  declareSdk();
  if (call(bin('vite'), ['build', '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] }) !== 0)
    fail('The build of the editor failed; see above.');
  noteBuilt(root, before, began);
}

function test() {
  const report = join(tmpdir(), `patchbay-test-${process.pid}.json`);
  const code = call(bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...rest,
  ]);
  let line = '0 passed, 1 failed';
  if (existsSync(report)) {
    const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const failed = numFailedTests > 0 ? numFailedTests : code === 0 ? 0 : Math.max(1, numFailedTestSuites);
    line = `${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`;
    rmSync(report, { force: true });
  }
  console.log(line);
  return code;
}

function check() {
  const steps = [
    ['format and lint', bin('biome'), ['check', '--error-on-warnings']],
    ['types', bin('tsc'), ['-p', 'tsconfig.json']],
    ['types of the editor', bin('tsc'), ['-p', 'client/tsconfig.json']],
    [
      'import rules, generated docs, texts in both languages',
      bin('vitest'),
      ['run', 'test/structure', 'test/client/ui/strings', 'test/contract/translations', '--reporter=dot'],
    ],
  ];
  // Where all tests follow, as in CI, these would run twice.
  const wanted = rest.includes('--no-tests')
    ? steps.filter(([, command]) => command !== bin('vitest'))
    : steps;
  for (const [name, command, args] of wanted) {
    console.log(`check: ${name}`);
    if (call(command, args) !== 0) fail(`npm run check failed at: ${name}.`);
  }
  return 0;
}

/** Runs a command without additional nodes, so that generated docs are the same on every machine. */
const node = (...args) =>
  call(process.execPath, [join(root, 'dist', 'server', 'cli.js'), ...args], {
    env: { ...process.env, PATCHBAY_NODES: '' },
  });

/** Runs the server. A signal to this process is passed on, and this process exits after the server. */
function serve() {
  const cli = join(root, 'dist', 'server', 'cli.js');
  const child = spawn(process.execPath, [cli, 'serve', '--open', ...rest], { stdio: 'inherit' });
  // A terminal sends Ctrl+C to both processes, so this one does nothing.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

const tasks = {
  start: serve,
  test,
  check,
  build: () => 0,
  docs: () => node('nodes', '--markdown', '--write', join(root, 'nodes', 'README.md')),
};
if (!Object.hasOwn(tasks, task)) fail(`Unknown task "${task}": use ${Object.keys(tasks).join(', ')}.`, 2);
checkNode();
install();
build({ force: task === 'build' });
process.exit(await tasks[task]());
