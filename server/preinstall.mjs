// Runs when npm installs Patchbay, after all packages are unpacked and before their own install scripts run. The install
// script of onnxruntime-node downloads CUDA libraries on every Linux machine and fails where NuGet is out of reach. Few
// people need them, so from here on the script downloads them only when it is asked to:
//   npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12
// Imports only Node's own modules. In a copy of the repository there are no packages yet, and nothing happens.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const ALWAYS = 'if (INSTALL_FLAG === false) {';
const IF_ASKED = 'if (INSTALL_FLAG === false || INSTALL_FLAG === undefined) {';

function scriptOf(name) {
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'script',
      'install.js',
    );
  } catch {
    return undefined;
  }
}

try {
  const script = scriptOf('onnxruntime-node');
  const text = script && readFileSync(script, 'utf8');
  if (text?.includes(ALWAYS)) {
    // A new file, because other projects may share the old one through hard links.
    const made = `${script}.${process.pid}`;
    writeFileSync(made, text.replace(ALWAYS, IF_ASKED));
    renameSync(made, script);
  }
} catch (error) {
  console.error(
    `Patchbay could not prepare onnxruntime-node (${error.message}). If its installation fails, set ONNXRUNTIME_NODE_INSTALL=skip.`,
  );
}
