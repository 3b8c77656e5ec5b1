// Objects of a meter: what each attribute reads and takes, what each method does. `implement` makes
// one from a class's table, so that types and numbers come from one place.

import { err, ok } from '@prewatt/quantities';
import { integerType } from './attribute-types.ts';
import type {
  AttributeName,
  AttributeValue,
  CosemClass,
  MethodName,
  MethodParameter,
} from './classes/define.ts';
import { type Data, integer, nullData } from './data.ts';
import type { LogicalName } from './logical-name.ts';
import {
  type AccessResult,
  accessResults,
  type DataResult,
  type MethodResponse,
  type Selection,
} from './services.ts';

/** Who asks, and for which part. */
export type Access = {
  /** The name of the association's profile. */
  readonly association: string;
  readonly clientSap: number;
  readonly selection: Selection | null;
};

export type AttributeServer = {
  readonly read: ((access: Access) => DataResult) | null;
  readonly write: ((value: Data, access: Access) => AccessResult) | null;
  readonly selectors: readonly number[];
};

export type MethodServer = (parameters: Data | null, access: Access) => MethodResponse;

export type CosemObject = {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: LogicalName;
  readonly attributes: ReadonlyMap<number, AttributeServer>;
  readonly methods: ReadonlyMap<number, MethodServer>;
};

/** What a method came to; with data where it gives something back. */
export type MethodOutcome = AccessResult | { readonly returned: Data };

export type Implementation<C extends CosemClass> = {
  readonly read?: {
    readonly [N in AttributeName<C>]?: (access: Access) => AttributeValue<C, N>;
  };
  /** Reads that can be refused or depend on a selection. */
  readonly readData?: { readonly [N in AttributeName<C>]?: (access: Access) => DataResult };
  readonly write?: {
    readonly [N in AttributeName<C>]?: (
      value: AttributeValue<C, N>,
      access: Access,
    ) => AccessResult;
  };
  readonly methods?: {
    readonly [N in MethodName<C>]?: (
      parameter: MethodParameter<C, N>,
      access: Access,
    ) => MethodOutcome;
  };
};

/** An object of a class. What is not implemented is there and cannot be read, written or done. */
export function implement<C extends CosemClass>(
  cosemClass: C,
  logicalName: LogicalName,
  does: Implementation<NoInfer<C>>,
): CosemObject {
  const { classId, version } = cosemClass;
  const attributes = new Map<number, AttributeServer>();
  for (const [name, { index, type, selectors }] of Object.entries(cosemClass.attributes)) {
    const read = readerOf(does, name, type.write as (value: unknown) => Data);
    const write = does.write?.[name as AttributeName<C>] as Writing | undefined;
    attributes.set(index, {
      selectors,
      read: index === 1 ? () => ok(type.write(logicalName as never)) : read,
      write:
        write === undefined
          ? null
          : (data, access) => {
              const value = type.read(data);
              return value.ok ? write(value.value, access) : value.error;
            },
    });
  }
  const methods = new Map<number, MethodServer>();
  for (const [name, { index, type }] of Object.entries(cosemClass.methods)) {
    const run = does.methods?.[name as MethodName<C>] as Running | undefined;
    if (run === undefined) continue;
    methods.set(index, (parameters, access) => {
      // Where the parameter says nothing it may be left out.
      const given = parameters ?? (type === integerType ? integer(0) : nullData);
      const value = type.read(given);
      return responseOf(value.ok ? run(value.value, access) : value.error);
    });
  }
  return { classId, version, logicalName, attributes, methods };
}

type Writing = (value: unknown, access: Access) => AccessResult;
type Running = (parameter: unknown, access: Access) => MethodOutcome;

function readerOf<C extends CosemClass>(
  does: Implementation<C>,
  name: string,
  write: (value: unknown) => Data,
): AttributeServer['read'] {
  const data = does.readData?.[name as AttributeName<C>];
  if (data !== undefined) return data;
  const read = does.read?.[name as AttributeName<C>] as ((access: Access) => unknown) | undefined;
  return read === undefined ? null : (access) => ok(write(read(access)));
}

function responseOf(outcome: MethodOutcome): MethodResponse {
  if (typeof outcome === 'string') return { result: accessResults[outcome], returned: null };
  return { result: accessResults.success, returned: ok(outcome.returned) };
}

export const refused = (result: AccessResult): DataResult => err(accessResults[result]);
