#!/usr/bin/env node
// The command `patchbay`. It is part of the repository, so that it can say what to do while the rest is not built.
import { existsSync } from 'node:fs';

const cli = new URL('../dist/server/cli.js', import.meta.url);
if (existsSync(cli)) await import(cli.href);
else {
  console.error(
    'Patchbay is not built yet. Run "npm start" once, which also opens the studio; then try again.',
  );
  process.exit(1);
}
