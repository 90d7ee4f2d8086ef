import { PatchbayError } from './errors.ts';
import type { Ops } from './ops.ts';
import type { F32 } from './tensor.ts';
import type { Tokens } from './values.ts';

/** Rows and columns of the patches of tokens, and how many tokens come before them. @throws PatchbayError `patches.no-grid`. */
export function patchGrid({ grid, items, space }: Tokens): NonNullable<Tokens['grid']> {
  if (grid) return grid;
  // Without pictures nobody could tell.
  if (items.length === 0) return { rows: 0, columns: 0, prefix: 0 };
  throw new PatchbayError({
    code: 'patches.no-grid',
    message: `The tokens of ${space.title} lie on no grid, so they cannot be shown on a picture. Choose an encoder that cuts pictures into patches, such as a ViT, DINOv2 or CLIP.`,
    port: 'tokens',
    expected: 'tokens with a grid',
    got: space.layer,
  });
}

/** The patches of one picture as P x D, without the tokens that are none; on the host no number is copied. */
export async function patchesOf(tokens: Tokens, picture: number, ops: Ops): Promise<F32> {
  const { rows, columns, prefix } = patchGrid(tokens);
  const [, , dims = 0] = tokens.tensor.dims;
  const one = await ops.slice(tokens.tensor, 0, picture, picture + 1);
  const patches = await ops.slice(one, 1, prefix, prefix + rows * columns);
  return ops.reshape(patches, [rows * columns, dims]);
}
