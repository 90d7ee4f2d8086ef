// Measures the speed of the editor in headless Chromium, with the built app and a real server.
// Prints one JSON line for each measurement, with the load of the machine. Compare numbers only with others from the
// same machine under similar load.
//   npm run build && node test/bench/editor.mjs [chromium]
import { measureAutoRun } from './editor/auto-run.mjs';
import { measureCanvas } from './editor/canvas.mjs';
import { launch, startServer } from './editor/kit.mjs';
import { measureBundle, measureStart } from './editor/opening.mjs';
import { measureSearch } from './editor/search.mjs';

const browser = await launch(process.argv[2] ?? '/usr/bin/chromium');
try {
  measureBundle();
  await measureStart(browser);
  const server = await startServer();
  try {
    await measureCanvas(browser, server);
    await measureSearch(browser, server);
    await measureAutoRun(browser, server);
  } finally {
    await server.close();
  }
} finally {
  await browser.close();
}
