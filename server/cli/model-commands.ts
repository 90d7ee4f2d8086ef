import { stat } from 'node:fs/promises';
import type { ModelManifest } from '../../models/manifest.ts';
import { CancelledError, PatchbayError } from '../../nodes/sdk/index.ts';
import { hubMessage } from '../contract/messages/hub.ts';
import { modelMessage } from '../contract/messages/models.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import { TRASH_DAYS } from '../contract/trash.ts';
import { dataFolder, missingModelFolders, modelFolders } from '../data-folder.ts';
import { availableModels, catalog } from '../hub/catalog.ts';
import { PRECISIONS, type Precision } from '../hub/choose-files.ts';
import { fetchModel } from '../hub/fetch-model.ts';
import { findFetched } from '../hub/fetched.ts';
import { meantHint } from '../hub/meant.ts';
import { isRepoId } from '../hub/names.ts';
import { parityOf } from '../hub/parity.ts';
import { catalogued } from '../hub/plan.ts';
import { hubSettings } from '../hub/settings.ts';
import { openQuarantine } from '../runner/quarantine.ts';
import { type ModelEntry, openModelStore } from '../runtime/index.ts';
import { trainedLogits } from '../runtime/models/trained/trained-logits.ts';
import { extentOf } from '../trash/entries.ts';
import { openTrash } from '../trash/trash.ts';
import { canAsk, isAgreed } from './ask.ts';
import { cut, lineWidth, pad } from './columns.ts';
import { DownloadBar, sizeText } from './download-bar.ts';
import { print, printLine } from './print.ts';
import { sizeOf } from './trash-commands.ts';
import { EXIT, UsageError } from './usage.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

/** Opens the store of all models on this machine. */
export const openStore = () => openModelStore({ folders: modelFolders(), dataFolder: dataFolder() });

/** Whether these exact files or others of the model family were checked, with the worst result. */
function parityWords(entry: ModelEntry): string {
  const parity = parityOf(entry);
  if (!parity) return 'not checked';
  const most =
    parity.of === 'files' ? Math.min(...parity.precisions.map(({ cosine }) => cosine)) : parity.cosine;
  const against = parity.of === 'files' ? parity.against : parity.against.join('; ');
  // Rounded down, so that a value just below 1 is not shown as 1.
  const cosine = (Math.floor(most * 1e6) / 1e6).toFixed(6);
  const what = parity.of === 'files' ? 'checked' : 'others of its family checked';
  return `${what} against ${against}: cosine >= ${cosine}`;
}

/** Describes a model on one line: its inputs, the length of its vectors and its folder, or why it cannot be used. */
function modelLine(entry: ModelEntry): string {
  const { id, title, towers, precisions = [], folder, problem } = entry;
  const place = folder === undefined ? 'built in' : folder;
  if (problem !== undefined) return `${pad(id, 30)} ${problem.message} (${place})`;
  const reads = [towers.image && 'pictures', towers.text && 'texts'].filter(Boolean).join(' and ');
  const dims = towers.image?.dims ?? towers.text?.dims;
  const name = title === id ? '' : `${title}, `;
  const facts = [
    `${name}reads ${reads}`,
    dims !== undefined && `${dims} numbers`,
    towers.decoder && 'makes pictures of latents',
    precisions.length > 1 && `as ${precisions.join(' ')}`,
    folder !== undefined && parityWords(entry),
  ].filter(Boolean);
  return `${pad(id, 30)} ${facts.join(', ')} (${place})`;
}

/**
 * `patchbay models list`: lists the models on this machine, including broken ones, or the models that can be
 * downloaded.
 */
export async function listModelsCommand(options: { json: boolean; available: boolean }): Promise<number> {
  if (options.available) return listAvailable(options);
  const entries = (await openStore()).list();
  if (options.json)
    await json(
      entries.map((entry) => {
        const { id, title, family, precision, precisions, towers, folder, problem } = entry;
        const parity = folder === undefined ? undefined : parityOf(entry);
        return { id, title, family, precision, precisions, towers, folder, problem, parity };
      }),
    );
  else {
    for (const folder of missingModelFolders())
      console.error(`PATCHBAY_MODELS names ${folder}, which is not there.`);
    for (const entry of entries) printLine(modelLine(entry));
  }
  return EXIT.completed;
}

async function listAvailable(options: { json: boolean }): Promise<number> {
  const models = await Promise.all(
    availableModels().map(async (model) => ({
      ...model,
      here: (await findFetched(dataFolder(), model.id)) !== undefined,
    })),
  );
  if (options.json) await json(models);
  else {
    for (const { id, bytes, license, summary = '', here } of models) {
      const size = bytes === undefined ? '?' : sizeText(bytes);
      printLine(`${pad(id, 44)} ${pad(size, 8, 'start')}  ${license}${here ? ', here already' : ''}`);
      printLine(`  ${cut(summary, lineWidth() - 2)}`);
    }
    if (models.some(({ bytes }) => bytes === undefined))
      printLine('Where a size is "?", the hub says it when fetching begins.');
    printLine('Any other repository of the hub with ONNX files: patchbay models add OWNER/NAME.');
  }
  return EXIT.completed;
}

/** The options of `patchbay models add`. */
export interface AddOptions {
  readonly json: boolean;
  readonly precision?: string;
  readonly revision?: string;
  readonly quiet: boolean;
}

const added = (id: string, title: string) =>
  `Added ${id}${title === id ? '' : ` (${title})`}. Use it as the model of Load encoder.`;

/** Names the scale and bias found in the files of the model, which Zero-shot uses; empty if none were found. */
function trainedText({ trained }: ModelManifest): string {
  if (!trained) return '';
  const { scale, bias, from } = trained;
  const numbers =
    bias === undefined
      ? `scale (${scale.toPrecision(5)})`
      : `scale and bias (${scale.toPrecision(5)}, ${bias.toPrecision(5)})`;
  return `\nThe ${numbers} it was trained to, for Zero-shot, were read of ${from}.`;
}

/** `patchbay models add`: downloads a repository of the hub, or adds a folder on this machine. */
export async function addModelCommand(model: string, options: AddOptions): Promise<number> {
  const isThere = await stat(model).then(
    () => true,
    () => false,
  );
  const isRepo =
    /^https?:\/\//.test(model) || isRepoId(model) || catalogued({ repo: model }, catalog) !== undefined;
  if (isRepo && !isThere) return fetchCommand(model, options);
  const store = await openStore();
  const { id, title, folder } = await store.add(model).catch((error: unknown) => {
    const hint = isThere || !(error instanceof PatchbayError) ? undefined : meantHint(model, catalog);
    throw hint === undefined
      ? error
      : new PatchbayError(hubMessage('hub.nothing-named', { model, hint }), { cause: error });
  });
  if (options.json) await json({ id, title, folder });
  else printLine(added(id, title));
  return EXIT.completed;
}

function checkPrecision(text: string | undefined): Precision | undefined {
  const found = PRECISIONS.find((precision) => precision === text);
  if (text !== undefined && found === undefined)
    throw UsageError.of(usageMessage('usage.precision', { choices: PRECISIONS, got: text }));
  return found;
}

async function fetchCommand(repo: string, options: AddOptions): Promise<number> {
  const precision = checkPrecision(options.precision);
  const control = new AbortController();
  const stop = () => control.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const bar = new DownloadBar({ quiet: options.quiet || options.json });
  try {
    const world = {
      ...{ dataFolder: dataFolder(), catalog, settings: hubSettings() },
      readTrained: trainedLogits,
    };
    const wish = { repo, revision: options.revision, precision };
    const manifest = await fetchModel(wish, world, control.signal, (progress) => bar.on(progress));
    bar.clear();
    const entry = (await openStore()).list().find(({ id }) => id === manifest.id);
    if (options.json) await json({ ...manifest, folder: entry?.folder, problem: entry?.problem });
    else if (entry?.problem !== undefined) console.error(entry.problem.message);
    else printLine(added(manifest.id, manifest.title) + trainedText(manifest));
    return entry?.problem === undefined ? EXIT.completed : EXIT.failed;
  } catch (error) {
    bar.clear();
    if (!(error instanceof CancelledError) || options.json) throw error;
    console.error('Stopped. What was fetched is kept: the same command goes on from there.');
    return EXIT.cancelled;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** The options of `patchbay models remove`. */
export interface RemoveOptions {
  readonly json: boolean;
  readonly yes: boolean;
}

/**
 * `patchbay models remove ID`: moves a downloaded model to the trash, or removes an added folder from the list without
 * deleting it. Asks before it deletes if there is somebody to ask.
 */
export async function removeModelCommand(id: string, options: RemoveOptions): Promise<number> {
  const fetched = await findFetched(dataFolder(), id);
  if (fetched) {
    const size = sizeOf(await extentOf(fetched.folder));
    const question = `Delete ${id} (${size})? It can be restored for ${TRASH_DAYS} days. [y/N] `;
    if (canAsk(options) && !(await isAgreed(question))) {
      console.error('Nothing was deleted.');
      return EXIT.cancelled;
    }
    const entry = await openTrash(dataFolder()).addModel(id);
    const shared = fetched.manifest.files.some(({ linked }) => linked);
    if (options.json) await json({ removed: id, trash: entry });
    else
      printLine(
        [
          `Deleted ${id} (${size}).`,
          ...(shared ? ['What it shares with the Hugging Face cache is still there.'] : []),
          `For ${TRASH_DAYS} days, "patchbay trash restore ${entry.id}" brings it back.`,
          `"patchbay trash empty" frees the space now.`,
        ].join(' '),
      );
    return EXIT.completed;
  }
  await (await openStore()).remove(id);
  if (options.json) await json({ removed: id });
  else printLine(`Removed ${id}. Its folder is where it was.`);
  return EXIT.completed;
}

/** `patchbay models verify ID`: hashes the files of a model and runs it. */
export async function verifyModelCommand(id: string, options: { json: boolean }): Promise<number> {
  const report = await (await openStore()).verify(id);
  if (options.json) await json(report);
  else
    for (const { name, ok, message } of report.checks) printLine(`${ok ? 'ok ' : 'NOT'} ${name}: ${message}`);
  return report.ok ? EXIT.completed : EXIT.failed;
}

/** `patchbay models unblock`: forgets the crashes of a model. A server reads this when it starts. */
export async function unblockModelCommand(id: string, options: { json: boolean }): Promise<number> {
  const quarantine = openQuarantine(dataFolder(), '');
  if (!quarantine.pardon(id)) throw UsageError.of(modelMessage('model.not-blocked', { model: id }));
  await quarantine.settled();
  if (options.json) await json({ id });
  else printLine(`${id} is allowed again. Restart a running server, or press Try again in its Models panel.`);
  return EXIT.completed;
}
