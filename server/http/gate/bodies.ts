import type { z } from 'zod';
import type { ROUTES, RouteName } from '../../contract/http.ts';

/** Routes that take a JSON body; the reading thread checks it by the contract. */
export type BodyRoute = {
  [N in RouteName]: (typeof ROUTES)[N] extends { readonly body: z.ZodObject } ? N : never;
}[RouteName];

/** The JSON body of a route, checked, with its defaults. */
export type ParsedBody<N extends BodyRoute> = z.output<(typeof ROUTES)[N]['body']>;

/** A workflow whose file is in order, as text, with what lists show of it; whether it can run is another question. */
export interface ReadWorkflow {
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
}

/** A body as handlers get it: checked, its workflow as text. */
export type BodyOf<N extends BodyRoute> = {
  [K in keyof ParsedBody<N>]: K extends 'workflow' ? ReadWorkflow : ParsedBody<N>[K];
};
