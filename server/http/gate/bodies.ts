import type { z } from 'zod';
import type { ROUTES, RouteName } from '../../contract/http.ts';

/** The routes with a JSON body. The gate's thread checks it by the contract. */
export type BodyRoute = {
  [N in RouteName]: (typeof ROUTES)[N] extends { readonly body: z.ZodObject } ? N : never;
}[RouteName];

/** The JSON body of a route, checked, with its defaults. */
export type ParsedBody<N extends BodyRoute> = z.output<(typeof ROUTES)[N]['body']>;

/** A readable workflow as text, with the facts that lists show. It may still be unable to run. */
export interface ReadWorkflow {
  readonly text: string;
  readonly name: string;
  readonly description: string;
  readonly nodes: number;
}

/** A checked body as handlers get it, with its workflow as text. */
export type BodyOf<N extends BodyRoute> = {
  [K in keyof ParsedBody<N>]: K extends 'workflow' ? ReadWorkflow : ParsedBody<N>[K];
};
