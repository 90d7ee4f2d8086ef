import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeDescriptor } from '../../nodes/sdk/index.ts';
import { dataFolder, missingModelFolders, modelFolders } from '../data-folder.ts';
import { validate } from '../engine/validate.ts';
import { loadNodes } from '../load-nodes.ts';
import { chooseDevice, type ModelEntry, openModelStore } from '../runtime/index.ts';
import { cut, lineWidth, pad } from './columns.ts';
import { nodeReference } from './node-reference.ts';
import { placesOf } from './places.ts';
import { print } from './print.ts';
import { EXIT, UsageError } from './usage.ts';
import { loadWorkflow } from './workflow-file.ts';

const json = (value: unknown) => print(`${JSON.stringify(value, null, 2)}\n`);

const openStore = () => openModelStore({ folders: modelFolders(), dataFolder: dataFolder() });

/** `patchbay validate FILE`: every problem at once. @returns the exit code. */
export async function validateCommand(file: string, options: { json: boolean }): Promise<number> {
  const { workflow } = await loadWorkflow(file);
  const [registry, store] = await Promise.all([loadNodes(), openStore()]);
  const { problems } = validate(workflow, registry, { models: store.catalogue() });
  if (problems.length > 0) throw new UsageError(problems, placesOf(workflow, registry));
  if (options.json) await json({ valid: true, problems: [] });
  else console.log(`${file}: ${workflow.nodes.length} nodes, ${workflow.edges.length} edges, no problems.`);
  return EXIT.completed;
}

/** `patchbay nodes`: what a graph can do. */
export async function nodesCommand(options: {
  json: boolean;
  markdown: boolean;
  write?: string;
}): Promise<number> {
  const descriptors: readonly NodeDescriptor[] = (await loadNodes()).descriptors();
  if (options.write !== undefined) await writeFile(options.write, nodeReference(descriptors));
  else if (options.json) await json(descriptors);
  else if (options.markdown) await print(nodeReference(descriptors));
  else
    for (const { type, description } of descriptors)
      console.log(`${pad(type, 30)} ${cut(description, lineWidth() - 31)}`);
  return EXIT.completed;
}

/** `patchbay devices`: what works here, and why the rest does not. */
export async function devicesCommand(options: { json: boolean }): Promise<number> {
  const { device, reports } = await chooseDevice('auto', {
    cacheFile: join(dataFolder(), 'devices.json'),
    fresh: true,
  });
  if (options.json) await json({ chosen: device.name, devices: reports });
  else
    for (const report of reports) {
      console.log(
        `${report.device === device.name ? '*' : ' '} ${report.device.padEnd(9)} ${report.usable ? 'works' : 'not used'}: ${report.reason}`,
      );
    }
  return EXIT.completed;
}

/** What a model reads, how long its vectors are, and where it is; or why it cannot be used. */
function modelLine({ id, title, towers, folder, problem }: ModelEntry): string {
  const place = folder === undefined ? 'built in' : folder;
  if (problem !== undefined) return `${pad(id, 30)} cannot be used: ${problem} (${place})`;
  const reads = [towers.image && 'pictures', towers.text && 'texts'].filter(Boolean).join(' and ');
  const dims = towers.image?.dims ?? towers.text?.dims;
  const name = title === id ? '' : `${title}, `;
  return `${pad(id, 30)} ${name}reads ${reads}${dims === undefined ? '' : `, ${dims} numbers`} (${place})`;
}

/** `patchbay models list`: the encoders that can be used now, and folders that look like one but are broken. */
export async function listModelsCommand(options: { json: boolean }): Promise<number> {
  const entries = (await openStore()).list();
  if (options.json)
    await json(
      entries.map(({ id, title, family, towers, folder, problem }) => ({
        id,
        title,
        family,
        towers,
        folder,
        problem,
      })),
    );
  else {
    for (const folder of missingModelFolders())
      console.error(`PATCHBAY_MODELS names ${folder}, which is not there.`);
    for (const entry of entries) console.log(modelLine(entry));
  }
  return EXIT.completed;
}

/** `patchbay models add PATH`: makes a folder known by its name. */
export async function addModelCommand(path: string, options: { json: boolean }): Promise<number> {
  const { id, title, folder } = await (await openStore()).add(path);
  if (options.json) await json({ id, title, folder });
  else console.log(`Added ${id} (${title}). Use it as the model of Load encoder.`);
  return EXIT.completed;
}

/** `patchbay models remove ID`: forgets a folder that was added. */
export async function removeModelCommand(id: string, options: { json: boolean }): Promise<number> {
  await (await openStore()).remove(id);
  if (options.json) await json({ removed: id });
  else console.log(`Removed ${id}. Its folder is where it was.`);
  return EXIT.completed;
}

/** `patchbay models verify ID`: hashes the files and tries the model. */
export async function verifyModelCommand(id: string, options: { json: boolean }): Promise<number> {
  const report = await (await openStore()).verify(id);
  if (options.json) await json(report);
  else
    for (const { name, ok, message } of report.checks)
      console.log(`${ok ? 'ok ' : 'NOT'} ${name}: ${message}`);
  return report.ok ? EXIT.completed : EXIT.failed;
}
