import { useEffect, useState } from 'react';
import { browse } from '../ui/api/files.ts';

/** Folders of the sample pictures on the cards. */
const FOLDERS = ['queries', 'pictures/animals', 'pictures/fruit', 'pictures/weather', 'pictures/vehicles'];

/** Addresses of sample pictures by name, for example `fruit/lemon-noto`. */
export type Samples = Readonly<Record<string, string>>;

let known: Promise<Samples> | undefined;

async function load(): Promise<Samples> {
  const found: Record<string, string> = {};
  const lists = await Promise.all(FOLDERS.map((folder) => browse(`sample:${folder}`)));
  for (const { path, files } of lists) {
    const folder = path.slice(path.lastIndexOf('/') + 1).replace('sample:', '');
    // The whole pictures, because they are small. Thumbnails would start the process that makes them.
    for (const { name, ref } of files)
      if (ref) found[`${folder}/${name.replace(/\.\w+$/, '')}`] = `/api/pictures/${encodeURIComponent(ref)}`;
  }
  return found;
}

/** The sample pictures; empty while they load, or if they cannot be loaded. */
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
