import { createHash } from 'node:crypto';
import type { PreprocessSpec } from '../../../../nodes/sdk/index.ts';
import { familyNamed } from '../families.ts';
import type { ModelEntry } from '../model-entry.ts';
import { towersOf } from '../read-variant.ts';
import { readFacts } from '../structure/tower-facts.ts';
import { imageTower } from '../towers.ts';
import { COLOR_LAYOUT_SIDE, colorLayout } from './color-layout.ts';
import { GRADIENT_SIDE, gradientOrientations } from './gradient-orientations.ts';
import { PERCEPTUAL_HASH_SIDE, perceptualHash } from './perceptual-hash.ts';

const BILINEAR = 2;

const BUILT = [
  { id: 'builtin/color-layout', title: 'Colour layout', side: COLOR_LAYOUT_SIDE, graph: colorLayout },
  {
    id: 'builtin/gradient-orientations',
    title: 'Gradient orientations',
    side: GRADIENT_SIDE,
    graph: gradientOrientations,
  },
  {
    id: 'builtin/perceptual-hash',
    title: 'Perceptual hash',
    side: PERCEPTUAL_HASH_SIDE,
    graph: perceptualHash,
  },
] as const;

function preprocess(side: number): PreprocessSpec {
  return {
    exif: true,
    steps: [
      { op: 'resize', mode: 'exact', width: side, height: side, resample: BILINEAR },
      { op: 'rescale', factor: 1 / 255 },
    ],
  };
}

/** Encoders without weights: graphs built in code, which need no download and always work. */
export function builtModels(): ModelEntry[] {
  return BUILT.map(({ id, title, side, graph }) => {
    const family = familyNamed('descriptor');
    const bytes = graph();
    const source = { kind: 'built' as const, key: id, bytes: () => bytes };
    const image = imageTower(source, readFacts(source), family, {});
    return {
      id,
      title,
      family: family.name,
      towers: towersOf(family, {}, image),
      preprocess: preprocess(side),
      image,
      configHash: createHash('sha256').update(bytes).digest('hex'),
    };
  });
}
