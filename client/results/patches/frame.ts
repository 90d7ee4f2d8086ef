import type { FrameStep } from '../../../server/contract/view.ts';

/** Part of a picture, as fractions of its width and height. Outside of 0..1 if padding was added. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const WHOLE: Frame = { left: 0, top: 0, width: 1, height: 1 };

/**
 * The part of a picture that a model sees. It is accurate to one pixel of the model's input, because it ignores how a
 * crop in the middle is rounded to whole pixels.
 */
export function frameOf(
  steps: readonly FrameStep[],
  picture: { readonly width: number; readonly height: number },
): Frame {
  let { width, height } = picture;
  let { left, top, width: across, height: down } = WHOLE;
  for (const step of steps) {
    if (step.op === 'crop') {
      left += (across * (width - step.width)) / 2 / width;
      top += (down * (height - step.height)) / 2 / height;
      across *= step.width / width;
      down *= step.height / height;
      [width, height] = [step.width, step.height];
    } else if (step.mode === 'exact') {
      [width, height] = [step.width, step.height];
    } else {
      const factor = step.size / Math.min(width, height);
      [width, height] = [width * factor, height * factor];
    }
  }
  return { left, top, width: across, height: down };
}
