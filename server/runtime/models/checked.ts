import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import parityFile from '../../../models/parity.json' with { type: 'json' };
import { type Parity, parseExportedParity, parseParity } from '../../../models/parity.ts';
import type { Precision } from '../../../nodes/sdk/index.ts';
import type { CheckedFiles, ModelVariant, Tower } from './model-entry.ts';

/** Where an export says how far it is from what it was made of. */
const BESIDE = 'parity.json';

/** What tells one file from all others. */
interface Identity {
  readonly bytes: number;
  readonly sha256: string;
}

/** A file of a model that is here. */
export interface FileFacts {
  bytes(path: string): Promise<number>;
  /** Costs reading all of it, the first time. */
  sha256(path: string): Promise<string>;
}

interface Figures {
  readonly cosine: number;
  readonly maxAbs: number;
}

/** A measurement, and the files it was of. */
interface Measurement {
  readonly by: CheckedFiles['by'];
  readonly against: string;
  readonly files: readonly Identity[];
  readonly figures: Figures;
}

let ours: Parity | undefined;

const worst = (outputs: readonly Figures[]): Figures => ({
  cosine: Math.min(...outputs.map(({ cosine }) => cosine)),
  maxAbs: Math.max(...outputs.map(({ maxAbs }) => maxAbs)),
});

/** The files a variant's numbers come of. */
function filesOf({ image, text, decoder }: ModelVariant): string[] {
  const of = ({ source, facts }: Tower) =>
    source.kind === 'file'
      ? [source.path, ...facts.external.map((name) => join(dirname(source.path), name))]
      : [];
  return [...new Set([image, text, decoder].flatMap((tower) => (tower ? of(tower) : [])))];
}

/** What the tests of this project measure. */
function byTests(precision: Precision): Measurement[] {
  ours ??= parseParity(parityFile);
  return Object.values(ours.folders).flatMap(({ against, files, outputs, precisions }) => {
    // Levels of decoded pictures are counted otherwise.
    const vectors = Object.entries(outputs).flatMap(([name, one]) => (name === 'decoded' ? [] : [one]));
    const figures = precision === 'fp32' ? worst(vectors) : precisions?.[precision];
    return figures ? [{ by: 'tests' as const, against, files: Object.values(files), figures }] : [];
  });
}

/** What the export of a folder measured of the files of a variant. */
async function byExport(folder: string, paths: readonly string[]): Promise<Measurement[]> {
  const text = await readFile(join(folder, BESIDE), 'utf8').catch(() => undefined);
  const told = text === undefined ? undefined : parseExportedParity(text);
  if (!told) return [];
  const names = new Set(paths.map((path) => relative(folder, path).split(sep).join('/')));
  const graphs = Object.entries(told.files).filter(([name]) => names.has(name));
  const outputs = graphs.flatMap(([, graph]) => Object.values(graph.outputs));
  if (outputs.length === 0) return [];
  const { torch } = told.versions;
  return [
    {
      by: 'export',
      against: torch === undefined ? told.against : `PyTorch ${torch.replace(/\+.*/, '')}`,
      files: graphs.flatMap(([, { written }]) => Object.values(written)),
      figures: worst(outputs),
    },
  ];
}

/** Whether all files are among those that were measured; one is hashed only where its length is that of one of them. */
async function areAmong(paths: readonly string[], known: readonly Identity[], facts: FileFacts) {
  for (const path of paths) {
    const bytes = await facts.bytes(path);
    const alike = known.filter((one) => one.bytes === bytes);
    if (alike.length === 0) return false;
    const found = await facts.sha256(path);
    if (!alike.some(({ sha256 }) => sha256 === found)) return false;
  }
  return paths.length > 0;
}

/**
 * What was measured of the very files of a model, by their sha256: by the tests of this project, or by the export that made them.
 * @returns the worst figures of each precision that was; undefined where none was
 */
export async function checkedFiles(
  folder: string,
  variants: Readonly<Partial<Record<Precision, ModelVariant>>>,
  facts: FileFacts,
): Promise<CheckedFiles | undefined> {
  const precisions: CheckedFiles['precisions'][number][] = [];
  let first: Measurement | undefined;
  for (const [precision, variant] of Object.entries(variants) as [Precision, ModelVariant][]) {
    const paths = filesOf(variant);
    for (const one of [...byTests(precision), ...(await byExport(folder, paths))]) {
      if ((first && first.by !== one.by) || !(await areAmong(paths, one.files, facts))) continue;
      first ??= one;
      precisions.push({ precision, ...one.figures });
      break;
    }
  }
  return first && { by: first.by, against: first.against, precisions };
}
