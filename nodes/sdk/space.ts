/** Which of an encoder's outputs a vector was taken from. */
export type Layer = string;

/** The LoRA a projection was adapted with. */
export interface SpaceAdapter {
  readonly id: string;
  /** sha256 of the adapter file. */
  readonly hash: string;
  /** Multiplier on the update; 0 is the base projection. */
  readonly strength: number;
}

/**
 * Where a vector lives: two vectors may be compared when their spaces are compatible.
 * Fields that are not known before a run are undefined, and then do not speak against a match.
 */
export interface Space {
  /** Model id, or `file:<hash>` for vectors loaded without one. */
  readonly encoder: string;
  /** For people: "CLIP ViT-B/32". */
  readonly title: string;
  /** Hash of the model's weights. */
  readonly revision?: string;
  /** `embedding` (what the model calls its result), `pre-projection`, `hidden`, ...; see `EncoderTowers`. */
  readonly layer: Layer;
  /** `model`, `identity`, `none` or the name of a trained head. */
  readonly projection: string;
  /** How token vectors became one: `model`, `cls`, `mean`, `max`. */
  readonly pooling: string;
  /** Which tower wrote it. A joint model's towers share a space. */
  readonly tower: 'image' | 'text';
  readonly adapter?: SpaceAdapter;
  readonly dims?: number;
  readonly normalized: boolean;
}

/** A space for people: `CLIP ViT-B/32 (512)`, with what sets it apart from the model's own. */
export function describeSpace(space: Space): string {
  const notes = [
    space.dims === undefined ? undefined : String(space.dims),
    space.layer === 'embedding' ? undefined : space.layer,
    space.pooling === 'model' ? undefined : space.pooling,
    space.projection === 'model' || space.projection === 'none'
      ? undefined
      : `projection ${space.projection}`,
    space.adapter && `adapter ${space.adapter.id} x ${space.adapter.strength}`,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? space.title : `${space.title} (${notes.join(', ')})`;
}

/** Tokens put through the model's own projection lie where its embedding does: a patch can be compared with a text. */
const ofEmbedding = (layer: Layer) =>
  layer === 'patch-embedding' || layer === 'query-embedding' ? 'embedding' : layer;

/**
 * Why vectors of the two spaces cannot be compared, or null when they can.
 *
 * Normalisation does not count: cosine divides it out. An adapter counts only between vectors of one tower: an
 * adapted image projection is trained to meet the text tower of the same model as it is.
 */
export function spaceMismatch(a: Space, b: Space): string | null {
  const differs = <T>(x: T | undefined, y: T | undefined) => x !== undefined && y !== undefined && x !== y;
  if (a.encoder !== b.encoder) return 'they come from different encoders';
  if (differs(a.revision, b.revision)) return 'they come from different versions of one encoder';
  if (ofEmbedding(a.layer) !== ofEmbedding(b.layer))
    return `one is the ${a.layer} and the other the ${b.layer} of the encoder`;
  if (a.tower === b.tower && a.layer === b.layer && a.pooling !== b.pooling)
    return `one is pooled by ${a.pooling} and the other by ${b.pooling}`;
  if (a.tower === b.tower && a.projection !== b.projection) return 'they were projected differently';
  if (differs(a.dims, b.dims)) return `one has ${a.dims} numbers a vector and the other ${b.dims}`;
  if (a.tower === b.tower) {
    const [x, y] = [a.adapter, b.adapter];
    if ((x?.hash ?? '') !== (y?.hash ?? ''))
      return 'only one of them, or each with another, went through an adapter';
    if ((x?.strength ?? 0) !== (y?.strength ?? 0)) return 'their adapters have different strengths';
  }
  return null;
}
