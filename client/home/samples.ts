import { useEffect, useState } from 'react';
import { browse } from '../ui/api/files.ts';

/** Folders of sample pictures that the cards draw from. */
const FOLDERS = ['queries', 'pictures/animals', 'pictures/fruit', 'pictures/weather', 'pictures/vehicles'];

/** Addresses of sample pictures by name, such as `fruit/lemon-noto`. */
export type Samples = Readonly<Record<string, string>>;

let known: Promise<Samples> | undefined;

async function load(): Promise<Samples> {
  const found: Record<string, string> = {};
  const lists = await Promise.all(FOLDERS.map((folder) => browse(`sample:${folder}`)));
  for (const { path, files } of lists) {
    const folder = path.slice(path.lastIndexOf('/') + 1).replace('sample:', '');
    // They are small: a thumbnail would wake the process that makes those.
    for (const { name, ref } of files)
      if (ref) found[`${folder}/${name.replace(/\.\w+$/, '')}`] = `/api/pictures/${encodeURIComponent(ref)}`;
  }
  return found;
}

/** The sample pictures; none while they are fetched, and where they cannot be. */
export function useSamples(): Samples {
  const [samples, setSamples] = useState<Samples>({});
  useEffect(() => {
    known ??= load().catch(() => {
      known = undefined;
      return {};
    });
    void known.then(setSamples);
  }, []);
  return samples;
}
