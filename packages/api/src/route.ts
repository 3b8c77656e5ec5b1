// A route of the HTTP API as data: its method, its path and the schemas of what goes in and out.
// The server registers it, and the console and the command line call it, from the same declaration.

import type { IdPrefix } from '@prewatt/quantities';
import { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT';

/** What a route takes and gives, beside its method and path. */
export type RouteShapes = {
  /** What it does, in a sentence for programs of others; else its name says it. */
  readonly does?: string;
  /** The kind of each identifier in the path, by its name there: `{ id: 'grant' }`. */
  readonly params?: Readonly<Record<string, IdPrefix>>;
  readonly query?: z.ZodType;
  /** JSON. A form or a file has none here: the route reads it by itself. */
  readonly body?: z.ZodType;
  /** JSON of a 2xx. A page, a file or a stream has none. */
  readonly answer?: z.ZodType;
};

export type Route = RouteShapes & {
  readonly method: Method | readonly Method[];
  /** With `:name` for each parameter; a `*` at the end stands for the rest. */
  readonly path: string;
};

type Declared<M, Path, Shapes> = { readonly method: M; readonly path: Path } & Shapes;
type NoShapes = Readonly<Record<never, never>>;

/** A route that reads. */
export const get = <const Path extends string, const Shapes extends RouteShapes = NoShapes>(
  path: Path,
  shapes?: Shapes,
): Declared<'GET', Path, Shapes> => ({ method: 'GET', path, ...(shapes as Shapes) });

/** A route that changes something. */
export const post = <const Path extends string, const Shapes extends RouteShapes = NoShapes>(
  path: Path,
  shapes?: Shapes,
): Declared<'POST', Path, Shapes> => ({ method: 'POST', path, ...(shapes as Shapes) });

/** One path that others call by several methods. */
export const anyOf = <
  const Methods extends readonly Method[],
  const Path extends string,
  const Shapes extends RouteShapes = NoShapes,
>(
  method: Methods,
  path: Path,
  shapes?: Shapes,
): Declared<Methods, Path, Shapes> => ({ method, path, ...(shapes as Shapes) });

/** A body that may be left out, which then is an empty object. */
export const orEmpty = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => value ?? {}, schema);

/** The body of a request that needs no words. */
export const nothing = orEmpty(z.strictObject({}));

type NameIn<Segment extends string> = Segment extends `:${infer Name}` ? Name : never;
type NamesIn<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? NameIn<Head> | NamesIn<Tail>
  : NameIn<Path>;

/** The texts in the path of a request, by their names. */
export type ParamsOf<R extends Route> = Readonly<Record<NamesIn<R['path']>, string>>;
export type QueryOf<R extends Route> = R extends { readonly query: infer S extends z.ZodType }
  ? z.output<S>
  : never;
export type BodyOf<R extends Route> = R extends { readonly body: infer S extends z.ZodType }
  ? z.output<S>
  : never;
export type AnswerOf<R extends Route> = R extends { readonly answer: infer S extends z.ZodType }
  ? z.output<S>
  : never;

/** A route whose answer is JSON. */
export type AnsweringRoute = Route & { readonly answer: z.ZodType };

type Sent<T> = T extends readonly (infer Item)[]
  ? readonly Sent<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Sent<T[Key]> }
    : T;
type QueryGiven<R extends Route> = R extends { readonly query: infer S extends z.ZodType }
  ? {
      readonly query?: {
        readonly [Key in keyof z.input<S>]?: string | number | boolean | null | undefined;
      };
    }
  : unknown;
type BodyGiven<R extends Route> = R extends { readonly body: infer S extends z.ZodType }
  ? unknown extends z.input<S>
    ? { readonly body?: unknown }
    : { readonly body: Sent<z.input<S>> }
  : unknown;

/** What the address of a route needs: its parameters by name, and the query. */
export type AddressInput<R extends Route> = ParamsOf<R> & QueryGiven<R>;
/** What a call of a route needs: parameters by name, `query` and `body`. */
export type CallInput<R extends Route> = AddressInput<R> & BodyGiven<R>;
/** The same without a check of the body's type, for what a person typed: the server judges it. */
export type UncheckedCallInput<R extends Route> = AddressInput<R> & { readonly body?: object };

/** The argument, which may be left out where nothing in it is required. */
export type OrNone<Input> = Partial<Input> extends Input ? [input?: Input] : [input: Input];

/**
 * The path of a route with its parameters filled in, and the query, such as
 * "/api/operator/sales?day=today". A value of the query that is null or undefined is left out.
 */
export function pathOf<R extends Route>(route: R, ...[input]: OrNone<AddressInput<R>>): string {
  const { query = {}, ...params } = (input ?? {}) as {
    readonly query?: Readonly<Record<string, unknown>>;
  } & Readonly<Record<string, unknown>>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? '')),
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) asked.set(name, String(value));
  }
  return asked.size === 0 ? path : `${path}?${asked}`;
}
