import type { ValueInfo } from '../../nodes/sdk/infer.ts';
import { describeSpace } from '../../nodes/sdk/space.ts';

/** What is known of a value in a few words: `12 × 512, CLIP ViT-B/32`. Empty where nothing is known. */
export function infoText(info: ValueInfo | undefined): string {
  if (!info) return '';
  const { count, dims, space, encoder } = info;
  const width = dims ?? space?.dims;
  const shape =
    count === undefined && width === undefined
      ? undefined
      : width === undefined
        ? String(count)
        : `${count ?? '?'} × ${width}`;
  // The size stands in the shape already.
  const name = space ? describeSpace({ ...space, dims: undefined }) : encoder?.title;
  return [shape, name].filter((part) => part !== undefined).join(', ');
}
