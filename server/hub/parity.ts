import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const schema = z.looseObject({ families: z.record(z.string(), z.json()) });

/** What was checked of each family of encoders against what, from a `parity.json`; nothing where there is none. */
export async function readParity(
  path: string,
): Promise<Readonly<Record<string, z.infer<ReturnType<typeof z.json>>>>> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8'))).families;
  } catch {
    return {};
  }
}
