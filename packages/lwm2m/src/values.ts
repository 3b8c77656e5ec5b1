// A value of a resource by its type, and a value with its place: what every content format says in
// its own way.

import type { Path } from './path.ts';

export type ResourceValue =
  | { readonly type: 'string'; readonly value: string }
  /** A whole number that a double holds exactly. */
  | { readonly type: 'integer'; readonly value: number }
  /** Finite. */
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'opaque'; readonly value: Uint8Array }
  /** Seconds since 1970, whole. */
  | { readonly type: 'time'; readonly value: number }
  | {
      readonly type: 'objectLink';
      readonly value: { readonly object: number; readonly instance: number };
    };
export type ResourceType = ResourceValue['type'];

/** `atS`: seconds since 1970 when the value was so, where the format says it. */
export type Entry = {
  readonly path: Required<Pick<Path, 'object' | 'instance' | 'resource'>> & Path;
  readonly value: ResourceValue;
  readonly atS?: number;
};

/** Why bytes are no content. */
export type ContentFault =
  /** They end too early, or are longer than what they say. */
  | 'truncated'
  | 'trailing'
  /** A form that the format does not have. */
  | 'format'
  /** A value that its resource cannot have, or a path that is none. */
  | 'value'
  /** More values than are taken. */
  | 'size'
  /** A format that is not known here, or cannot say this. */
  | 'unsupported';

/** Of one message; more is nothing that a meter says. */
export const mostEntries = 1_024;

/** The number of a value that has one: booleans are 0 and 1. */
export const numberOf = ({ type, value }: ResourceValue): number | null =>
  type === 'integer' || type === 'float' || type === 'time'
    ? value
    : type === 'boolean'
      ? Number(value)
      : null;
