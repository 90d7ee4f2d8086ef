import type { ComponentType } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { SelectControl, ToggleControl } from './choice-controls.tsx';
import { CollectionControl, CollectionNameControl } from './collection-control.tsx';
import type { ControlProps } from './control.ts';
import { LabelSetControl } from './label-set-control.tsx';
import { ModelControl } from './model-control.tsx';
import { NumberControl, SeedControl, SliderControl } from './number-controls.tsx';
import { AdapterControl, FileControl, FolderControl } from './path-control.tsx';
import { PictureControl, PicturesControl } from './picture-control.tsx';
import { SelectionControl } from './selection-control.tsx';
import { NumbersControl, PromptsControl, TextareaControl, TextControl } from './text-controls.tsx';

/** A control, and whether its label is beside or above it. */
export interface Control {
  readonly Component: ComponentType<ControlProps>;
  readonly beside: boolean;
}

const beside = (Component: ComponentType<ControlProps>): Control => ({ Component, beside: true });
const below = (Component: ComponentType<ControlProps>): Control => ({ Component, beside: false });

const BY_WIDGET: Readonly<Record<ParamDescriptor['widget'], Control>> = {
  slider: below(SliderControl),
  number: beside(NumberControl),
  seed: beside(SeedControl),
  toggle: beside(ToggleControl),
  select: beside(SelectControl),
  text: below(TextControl),
  textarea: below(TextareaControl),
  prompts: below(PromptsControl),
  selection: below(SelectionControl),
  numbers: below(NumbersControl),
  image: below(PictureControl),
  images: below(PicturesControl),
  folder: below(FolderControl),
  file: below(FileControl),
  model: below(ModelControl),
  adapter: below(AdapterControl),
  'label-set': below(LabelSetControl),
  collection: below(CollectionControl),
  'collection-name': below(CollectionNameControl),
  'file-name': below(TextControl),
  url: below(TextControl),
};

/** For widgets that this version does not know: a field for the type of the value. */
const BY_TYPE: Readonly<Record<ParamDescriptor['type'], Control>> = {
  number: beside(NumberControl),
  integer: beside(NumberControl),
  boolean: beside(ToggleControl),
  choice: beside(SelectControl),
  string: below(TextControl),
  strings: below(PromptsControl),
  numbers: below(NumbersControl),
};

/** The control of a param: for its widget, otherwise for its type, otherwise a line of text. */
export function controlOf({ widget, type }: ParamDescriptor): Control {
  if (Object.hasOwn(BY_WIDGET, widget)) return BY_WIDGET[widget];
  return Object.hasOwn(BY_TYPE, type) ? BY_TYPE[type] : below(TextControl);
}
