import type { NodeContext } from './context.ts';
import { outputName } from './file-names.ts';
import type { AdapterRef } from './values.ts';

/** The files of a PEFT folder. The config comes last: without it nobody takes a half-written folder for an adapter. */
export const ADAPTER_FILES = ['adapter_model.safetensors', 'README.md', 'adapter_config.json'] as const;

/** The name of a file in a folder of an adapter. */
export const adapterPlace = (folder: string, file: string): string =>
  outputName(`${folder.replace(/[/\\]+$/, '')}/${file}`);

/** Writes an adapter as a PEFT folder. @returns the path of its weights, and the bytes of all its files */
export async function writeAdapter(
  folder: string,
  adapter: AdapterRef,
  ctx: Pick<NodeContext, 'adapters' | 'files'>,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const files = await ctx.adapters.encode(adapter);
  let [path, bytes] = ['', 0];
  for (const file of ADAPTER_FILES) {
    const content = files[file];
    if (!content) continue;
    const written = await ctx.files.write(adapterPlace(folder, file), content);
    if (path === '') path = written.path;
    bytes += written.bytes;
  }
  return { path, bytes };
}
