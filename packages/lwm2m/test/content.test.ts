// Values in every format: examples of the standard, all types there and back, and bytes that nobody
// meant.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  type ContentFormat,
  decodeContent,
  decodeLinks,
  definitionOf,
  type Entry,
  encodeContent,
  encodeLinks,
  objects,
  type Path,
  parsePath,
  pathText,
  type ResourceType,
  type ResourceValue,
} from '../src/index.ts';

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text.replaceAll(' ', ''));
const read = (format: ContentFormat, path: string, bytes: Uint8Array): readonly Entry[] =>
  expectOk(decodeContent(format, parsePath(path) ?? { object: 0 }, bytes), format);
const shown = (entries: readonly Entry[]) =>
  entries.map(({ path, value }) => `${pathText(path)} ${value.type} ${value.value}`);

test('a device instance in TLV (LwM2M 1.1 core, 7.4.3.2, shortened)', () => {
  const bytes = hex(
    'c800144f70656e204d6f62696c6520416c6c69616e6365 c80116 4c6967687477656967687420' +
      '4d324d20436c69656e74 c80209333435303030313233 c303312e30 c10964 830b4100 00'.replace(
        '830b410000',
        '830b410000',
      ),
  );
  assert.deepEqual(shown(read('tlv', '/3/0', bytes)), [
    '/3/0/0 string Open Mobile Alliance',
    '/3/0/1 string Lightweight M2M Client',
    '/3/0/2 string 345000123',
    '/3/0/3 string 1.0',
    '/3/0/9 integer 100',
    '/3/0/11/0 integer 0',
  ]);
});

test('SenML: base names and times, in JSON and in CBOR', () => {
  const json = '[{"bn":"/10243/0/","bt":1700000000,"n":"14","v":12.5},{"n":"14","t":900,"v":13}]';
  const of = read('senmlJson', '/10243', new TextEncoder().encode(json));
  assert.deepEqual(
    of.map(({ value, atS }) => [value.value, atS]),
    [
      [12.5, 1_700_000_000],
      [13, 1_700_000_900],
    ],
  );
  // [{-2: "/3/0/", 0: "9", 2: 100}, {0: "0", 3: "Maker"}]
  const cbor = hex('82 a3 21 65 2f332f302f 00 61 39 02 18 64 a2 00 61 30 03 65 4d616b6572');
  assert.deepEqual(shown(read('senmlCbor', '/3/0', cbor)), [
    '/3/0/9 integer 100',
    '/3/0/0 string Maker',
  ]);
});

test('SenML: a base value is added to numbers, in JSON and in CBOR, until another comes', () => {
  const json =
    '[{"bn":"/3/0/","bv":90,"n":"9","v":5},{"n":"9","v":-2.0},{"n":"0","vs":"Maker"},' +
    '{"bv":7,"n":"9"},{"n":"9","v":1}]';
  assert.deepEqual(shown(read('senmlJson', '/3/0', new TextEncoder().encode(json))), [
    ...['/3/0/9 integer 95', '/3/0/9 integer 88', '/3/0/0 string Maker'],
    ...['/3/0/9 integer 7', '/3/0/9 integer 8'],
  ]);
  // [{-2: "/10243/0/", -5: 90, 0: "14", 2: 1.5}], the number as a half, a single and a double.
  for (const number of ['f93e00', 'fa3fc00000', 'fb3ff8000000000000']) {
    const cbor = hex(`81 a4 21 69 2f31303234332f302f 24 185a 00 623134 02 ${number}`);
    assert.deepEqual(shown(read('senmlCbor', '/10243/0', cbor)), ['/10243/0/14 float 91.5']);
  }
});

test('what is no content is refused by its reason', () => {
  const fault = (format: ContentFormat, path: string, bytes: Uint8Array) => {
    const result = decodeContent(format, parsePath(path) ?? { object: 0 }, bytes);
    return result.ok ? shown(result.value).join() : result.error;
  };
  const json = (text: string) => fault('senmlJson', '/3/0', new TextEncoder().encode(text));
  assert.deepEqual(
    ['{', '{}', '[{"n":"/4/0/0","v":1}]', '[{"n":"/3/0/9","vs":"x"}]', '[{"n":"/3/0","v":1}]'].map(
      json,
    ),
    ['format', 'format', 'value', 'value', 'value'],
  );
  assert.equal(json('[{"n":"/3/0/9","v":1,"vs":"x"}]'), 'format');
  assert.equal(json('[{"__proto__":"/3/0/9","v":1}]'), 'format');
  assert.equal(fault('senmlCbor', '/3/0', hex('9bffffffffffffffff')), 'value');
  assert.equal(fault('senmlCbor', '/3/0', hex('9a00ffffff')), 'truncated');
  assert.equal(fault('senmlCbor', '/3/0', hex('8181818181818100')), 'format');
  assert.equal(fault('tlv', '/3/0', hex('c80014')), 'truncated');
  assert.equal(fault('tlv', '/3/0/9', hex('c30303')), 'truncated');
  assert.equal(fault('text', '/3/0/9', new TextEncoder().encode('1.5')), 'value');
  assert.equal(fault('text', '/3/0', new TextEncoder().encode('1')), 'unsupported');
});

const anyValue = (type: ResourceType): fc.Arbitrary<ResourceValue> => {
  switch (type) {
    case 'string':
      return fc.string({ unit: 'binary', maxLength: 40 }).map((value) => ({ type, value }));
    case 'integer':
    case 'time':
      return fc.maxSafeInteger().map((value) => ({ type, value }));
    case 'float':
      return fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((value) => ({ type, value: value === 0 ? 0 : value }));
    case 'boolean':
      return fc.boolean().map((value) => ({ type, value }));
    case 'opaque':
      return fc.uint8Array({ maxLength: 300 }).map((value) => ({ type, value }));
    case 'objectLink': {
      const id = fc.integer({ min: 0, max: 0xffff });
      return fc.tuple(id, id).map(([object, instance]) => ({ type, value: { object, instance } }));
    }
  }
};

const known = objects.flatMap(({ id: object, resources }) =>
  Object.values(resources).map((resource) => ({ object, resource })),
);

/** Of one object instance, each resource once, in the order of paths. */
const anyInstance = fc.constantFrom(...objects).chain(({ id: object, resources }) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.subarray(Object.values(resources), { minLength: 1 }),
    )
    .chain(([instance, of]) =>
      fc.tuple(
        ...of.map(({ id: resource, type, isMultiple }) =>
          anyValue(type).map(
            (value): Entry => ({
              path: {
                object,
                instance,
                resource,
                ...(isMultiple === true ? { resourceInstance: 7 } : {}),
              },
              value,
            }),
          ),
        ),
      ),
    ),
);

test('an instance comes back as it was, in each format that has paths', () => {
  fc.assert(
    fc.property(
      anyInstance,
      fc.constantFrom<ContentFormat>('tlv', 'senmlJson', 'senmlCbor'),
      fc.boolean(),
      (entries, format, ofObject) => {
        const { object = 0, instance = 0 } = entries[0]?.path ?? {};
        const base: Path = ofObject ? { object } : { object, instance };
        const bytes = expectOk(encodeContent(format, base, entries), 'encoded');
        assert.deepEqual(expectOk(decodeContent(format, base, bytes), 'decoded'), entries);
      },
    ),
    { numRuns: 300, seed: 11 },
  );
});

test('one resource comes back as it was in each format that can say it', () => {
  const one = fc.constantFrom(...known).chain(({ object, resource }) =>
    anyValue(resource.type).map(
      (value): Entry => ({
        path: {
          object,
          instance: 1,
          resource: resource.id,
          ...(resource.isMultiple === true ? { resourceInstance: 3 } : {}),
        },
        value,
      }),
    ),
  );
  fc.assert(
    fc.property(one, (entry) => {
      for (const format of ['tlv', 'senmlJson', 'senmlCbor', 'text'] as const) {
        const bytes = expectOk(encodeContent(format, entry.path, [entry]), format);
        assert.deepEqual(expectOk(decodeContent(format, entry.path, bytes), format), [entry]);
      }
    }),
    { numRuns: 200, seed: 12 },
  );
});

test('links come back as they were', () => {
  const said = '</>;rt="oma.lwm2m";ct=110,</1/0>,</3/0>,</10243/0>;ver=1.1,</5>';
  const links = expectOk(decodeLinks(said), 'links');
  assert.equal(links.length, 5);
  assert.equal(encodeLinks(links), said);
  assert.equal(definitionOf({ object: 3, resource: 13 })?.type, 'time');
  for (const bad of ['<', '</1/0>,', '</1/0>;a="b', 'x', '</1/0>x', '</1/0>;a=é']) {
    assert.equal(decodeLinks(bad).ok, false, bad);
  }
  assert.equal(decodeLinks(Array(400).fill('</1/0>').join()).ok, false);
});

test('a number where the registry has text spoils nothing beside it', () => {
  const meter = { object: 10_243, instance: 0 };
  const energy = { path: { ...meter, resource: 14 }, value: { type: 'float', value: 12.5 } };
  const json = new TextEncoder().encode(
    '[{"bn":"/10243/0/","n":"4","v":230.5},{"n":"14","v":12.5}]',
  );
  assert.deepEqual(decodeContent('senmlJson', meter, json), {
    ok: true,
    value: [{ path: { ...meter, resource: 4 }, value: { type: 'string', value: '230.5' } }, energy],
  });
  const tlv = decodeContent('tlv', meter, Uint8Array.fromHex('c40443668000c40e41480000'));
  assert.ok(tlv.ok);
  assert.deepEqual([tlv.value[0]?.value.type, tlv.value[1]], ['opaque', energy]);
});
