import type { PreprocessSpec } from '../../../../nodes/sdk/index.ts';
import { familyNamed } from '../families.ts';
import type { ModelEntry, TowerFacts } from '../model-entry.ts';
import { towersOf } from '../read-variant.ts';
import { imageTower } from '../towers.ts';

const BILINEAR = 2;

/** Facts about an encoder without weights. They repeat its graph, so that listing models builds no graph. */
interface BuiltModel {
  readonly id: string;
  readonly title: string;
  /** The side of the input picture in pixels. */
  readonly side: number;
  /** The vector size. */
  readonly dims: number;
  /** The sha256 of the graph's bytes. */
  readonly sha256: string;
}

const BUILT: readonly BuiltModel[] = [
  {
    id: 'builtin/color-layout',
    title: 'Colour layout',
    side: 64,
    dims: 58,
    sha256: '1169f0c348749a21f9846cddf30938966a499910512feb8102bdd1f1ac11997c',
  },
  {
    id: 'builtin/gradient-orientations',
    title: 'Gradient orientations',
    side: 66,
    dims: 512,
    sha256: '80cc4e9222bf29f9dae34dcbd966b1fa18fed1d9a66041f572ad5c934bbf2097',
  },
  {
    id: 'builtin/perceptual-hash',
    title: 'Perceptual hash',
    side: 32,
    dims: 64,
    sha256: '9fcb18f0c8f610e7c985264463c80862bac5c67b525486b227424f6a9dc076ed',
  },
];

function preprocess(side: number): PreprocessSpec {
  return {
    exif: true,
    steps: [
      { op: 'resize', mode: 'exact', width: side, height: side, resample: BILINEAR },
      { op: 'rescale', factor: 1 / 255 },
    ],
  };
}

function factsOf({ side, dims }: BuiltModel): TowerFacts {
  return {
    inputs: [{ name: 'pixel_values', dtype: 'float32', dims: [null, 3, side, side] }],
    outputs: [{ name: 'embedding', dtype: 'float32', dims: [null, dims] }],
    projections: {},
    features: {},
    hidden: {},
    means: {},
    random: false,
    batchQuantized: false,
    multipliesIntegers: false,
    external: [],
    externalBytes: [],
  };
}

/** The encoders without weights: graphs built in code. They need no download and always work. */
export function builtModels(): ModelEntry[] {
  return BUILT.map((model) => {
    const { id, title, side, sha256 } = model;
    const family = familyNamed('descriptor');
    const image = imageTower({ kind: 'built', key: id }, factsOf(model), family, {});
    return {
      id,
      title,
      family: family.name,
      towers: towersOf(family, {}, image),
      preprocess: preprocess(side),
      image,
      configHash: sha256,
    };
  });
}
