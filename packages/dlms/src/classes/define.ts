// How a COSEM class is written down: attributes and methods by name, with their numbers and types.
// One table serves the client, which reads by name, and the server, which implements by name.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  type AttributeType,
  logicalNameType,
  type SomeAttributeType,
  type ValueOf,
} from '../attribute-types.ts';
import type { Data } from '../data.ts';
import type { LogicalName } from '../logical-name.ts';
import type { AttributeDescriptor, MethodDescriptor } from '../services.ts';

export type AttributeDefinition<A extends SomeAttributeType = SomeAttributeType> = {
  readonly index: number;
  readonly type: A;
  /** Selectors of selective access that the class knows. */
  readonly selectors: readonly number[];
};

export type MethodDefinition<A extends SomeAttributeType = SomeAttributeType> = {
  readonly index: number;
  readonly type: A;
};

type Attributes = Readonly<Record<string, AttributeDefinition>>;
type Methods = Readonly<Record<string, MethodDefinition>>;

export type CosemClass<A extends Attributes = Attributes, M extends Methods = Methods> = {
  readonly classId: number;
  readonly version: number;
  readonly attributes: A;
  readonly methods: M;
};

export const attribute = <T>(
  index: number,
  type: AttributeType<T>,
  selectors: readonly number[] = [],
): AttributeDefinition<AttributeType<T>> => ({ index, type, selectors });

export const method = <T>(
  index: number,
  type: AttributeType<T>,
): MethodDefinition<AttributeType<T>> => ({ index, type });

/** Attribute 1 of every class. */
const named = { logicalName: attribute(1, logicalNameType) };

export function defineClass<const A extends Attributes, const M extends Methods>(o: {
  readonly classId: number;
  readonly version: number;
  readonly attributes: A;
  readonly methods: M;
}): CosemClass<typeof named & A, M> {
  return { ...o, attributes: { ...named, ...o.attributes } };
}

export type AttributeName<C extends CosemClass> = keyof C['attributes'] & string;
export type MethodName<C extends CosemClass> = keyof C['methods'] & string;
export type AttributeValue<C extends CosemClass, N extends AttributeName<C>> = ValueOf<
  C['attributes'][N]['type']
>;
export type MethodParameter<C extends CosemClass, N extends MethodName<C>> = ValueOf<
  C['methods'][N]['type']
>;

/** Which attribute a client asks for. */
export const attributeOf = <C extends CosemClass>(
  cosemClass: C,
  logicalName: LogicalName,
  name: AttributeName<C>,
): AttributeDescriptor => ({
  classId: cosemClass.classId,
  logicalName,
  attribute: indexIn(cosemClass.attributes, name),
});

export const methodOf = <C extends CosemClass>(
  cosemClass: C,
  logicalName: LogicalName,
  name: MethodName<C>,
): MethodDescriptor => ({
  classId: cosemClass.classId,
  logicalName,
  method: indexIn(cosemClass.methods, name),
});

function indexIn(
  table: Readonly<Record<string, { readonly index: number }>>,
  name: string,
): number {
  const found = table[name];
  if (found === undefined) throw new Error(`the class has no ${name}`);
  return found.index;
}

/** What a meter answered, as a value of the class. */
export function readAttribute<C extends CosemClass, N extends AttributeName<C>>(
  cosemClass: C,
  name: N,
  data: Data,
): Result<AttributeValue<C, N>, 'typeUnmatched'> {
  const definition = cosemClass.attributes[name];
  if (definition === undefined) return err('typeUnmatched');
  const read = definition.type.read(data) as Result<AttributeValue<C, N>, 'typeUnmatched'>;
  return read.ok ? ok(read.value) : read;
}

/** A value as the data that a SET carries. */
export function writeAttribute<C extends CosemClass, N extends AttributeName<C>>(
  cosemClass: C,
  name: N,
  value: AttributeValue<C, N>,
): Data {
  const type = cosemClass.attributes[name]?.type;
  if (type === undefined) throw new Error(`the class has no ${name}`);
  return type.write(value as never);
}

/** Parameters as the data that an ACTION carries. */
export function writeParameter<C extends CosemClass, N extends MethodName<C>>(
  cosemClass: C,
  name: N,
  value: MethodParameter<C, N>,
): Data {
  const type = cosemClass.methods[name]?.type;
  if (type === undefined) throw new Error(`the class has no ${name}`);
  return type.write(value as never);
}
