import { z } from 'zod';
import { MOST_SELECTED } from './selection-entries.ts';

/** The editor's control for a param. For a widget it does not know, the editor draws a plain field of the param's type. */
export type Widget =
  | 'slider'
  | 'number'
  | 'seed'
  | 'toggle'
  | 'select'
  | 'text'
  | 'textarea'
  | 'prompts'
  | 'selection'
  | 'numbers'
  | 'image'
  | 'images'
  | 'folder'
  | 'file'
  | 'model'
  | 'adapter'
  | 'label-set'
  | 'collection'
  | 'collection-name'
  | 'file-name'
  | 'url';

/** One choice of a select. */
export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** The definition of a param. `T` is the type of its value. */
export interface ParamSpec<T = unknown> {
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'choice' | 'strings' | 'numbers';
  readonly default: T;
  /** The value of a node that somebody adds in the studio; the default counts where a workflow has none. */
  readonly initial?: T;
  readonly schema: z.ZodType<T>;
  readonly widget: Widget;
  readonly help: string;
  readonly title?: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly choices?: readonly Choice[];
  readonly placeholder?: string;
  /** Most characters of a text. */
  readonly maxLength?: number;
  /** How many numbers a list of numbers must have. If absent, it may have any number of them. */
  readonly length?: number;
  /** The editor shows it under "More". */
  readonly advanced?: boolean;
  /** The editor shows it only while another param has one of these values. */
  readonly when?: { readonly param: string; readonly is: readonly unknown[] };
  /** Whether a path names a file or a folder, so that callers can resolve it and check access. */
  readonly path?: 'file' | 'folder';
  /** Whether validation refuses the empty value. */
  readonly required?: boolean;
}

interface Common {
  readonly help: string;
  readonly title?: string;
  readonly advanced?: boolean;
  readonly when?: ParamSpec['when'];
}

interface NumberOptions extends Common {
  readonly default: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly widget?: 'slider' | 'number' | 'seed';
}

interface TextOptions extends Common {
  readonly default?: string;
  readonly widget?: Widget;
  readonly placeholder?: string;
  /** Validation refuses the empty text. */
  readonly required?: boolean;
  readonly maxLength?: number;
}

function bounded(schema: z.ZodNumber, { min, max }: NumberOptions): z.ZodNumber {
  let bound = schema;
  if (min !== undefined) bound = bound.min(min);
  if (max !== undefined) bound = bound.max(max);
  return bound;
}

function text(options: TextOptions, widget: Widget, path?: ParamSpec['path']): ParamSpec<string> {
  const { default: initial = '', ...rest } = options;
  return {
    ...rest,
    type: 'string',
    default: initial,
    schema: z.string().max(options.maxLength ?? 100_000),
    widget: options.widget ?? widget,
    path,
  };
}

/** Builds params. Validation is strict: it refuses "5" for 5, 5.5 for an integer, and NaN. */
export const param = {
  number: (options: NumberOptions): ParamSpec<number> => ({
    ...options,
    type: 'number',
    schema: bounded(z.number(), options),
    widget: options.widget ?? (options.min !== undefined && options.max !== undefined ? 'slider' : 'number'),
  }),
  integer: (options: NumberOptions): ParamSpec<number> => ({
    ...options,
    type: 'integer',
    step: options.step ?? 1,
    schema: bounded(z.int(), options),
    widget: options.widget ?? 'number',
  }),
  boolean: (options: Common & { readonly default: boolean }): ParamSpec<boolean> => ({
    ...options,
    type: 'boolean',
    schema: z.boolean(),
    widget: 'toggle',
  }),
  /** One of named values: `param.choice({ default: 'mean', choices: { mean: 'Mean', max: 'Maximum' }, help })`. */
  choice: <const C extends Readonly<Record<string, string>>>(
    options: Common & {
      readonly choices: C;
      readonly default: keyof C & string;
      readonly initial?: keyof C & string;
    },
  ): ParamSpec<keyof C & string> => ({
    ...options,
    type: 'choice',
    schema: z.enum(Object.keys(options.choices) as [keyof C & string, ...(keyof C & string)[]]),
    widget: 'select',
    choices: Object.entries(options.choices).map(([value, title]) => ({ value, title })),
  }),
  text: (options: TextOptions): ParamSpec<string> => text(options, 'text'),
  /** Texts; the editor shows one per line. */
  prompts: (
    options: Common & { readonly default: readonly string[]; readonly required?: boolean },
  ): ParamSpec<readonly string[]> => ({
    ...options,
    type: 'strings',
    schema: z.array(z.string().max(10_000)).max(MOST_SELECTED).readonly(),
    widget: 'prompts',
  }),
  /** Pictures that people select in the view of the node, as {@link selectionEntry} names them; see {@link selectedOf}. */
  selection: (options: Common): ParamSpec<readonly string[]> => ({
    ...options,
    type: 'strings',
    default: [],
    schema: z.array(z.string().max(10_000)).max(MOST_SELECTED).readonly(),
    widget: 'selection',
  }),
  /** A short list of numbers, such as a mean for each channel. */
  numbers: (
    options: Common & { readonly default: readonly number[]; readonly length?: number },
  ): ParamSpec<readonly number[]> => ({
    ...options,
    type: 'numbers',
    schema: (options.length === undefined
      ? z.array(z.number())
      : z.array(z.number()).length(options.length)
    ).readonly(),
    widget: 'numbers',
  }),
  /** Path of an existing file. A relative path starts at the workflow's folder; `sample:` starts at the sample files. */
  file: (options: TextOptions): ParamSpec<string> => text(options, 'file', 'file'),
  image: (options: TextOptions): ParamSpec<string> => text(options, 'image', 'file'),
  folder: (options: TextOptions): ParamSpec<string> => text(options, 'folder', 'folder'),
  /** Id of a model in the model store. */
  model: (options: TextOptions): ParamSpec<string> => text(options, 'model'),
  adapter: (options: TextOptions): ParamSpec<string> => text(options, 'adapter', 'file'),
  /** Name of a label set in the data folder, or path of a `.json` file with one. */
  labelSet: (options: TextOptions): ParamSpec<string> => text(options, 'label-set'),
  /** Name of a collection in the data folder. */
  collection: (options: TextOptions): ParamSpec<string> => text(options, 'collection'),
  /** Name of a collection to write to; it need not exist. */
  collectionName: (options: TextOptions): ParamSpec<string> => text(options, 'collection-name'),
  url: (options: TextOptions): ParamSpec<string> => text(options, 'url'),
  /** Name of a file to write below the run's output folder. */
  fileName: (options: TextOptions): ParamSpec<string> => text(options, 'file-name'),
};

/** Params by name. */
export type Params = Readonly<Record<string, ParamSpec>>;

/** The value types of params. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends ParamSpec<infer T> ? T : never;
};

/** The default value of every param. */
export function defaults<P extends Params>(params: P): ParamValues<P> {
  return Object.fromEntries(
    Object.entries(params).map(([name, spec]) => [name, spec.default]),
  ) as ParamValues<P>;
}
