// Bytes and text that nobody meant, for each decoder and for a device.

import { type FuzzTarget, type Random, spoilt } from '@prewatt/quantities/fuzzing';
import {
  type ContentFormat,
  createLwm2mDevice,
  decodeContent,
  decodeLinks,
  readRegistration,
} from '../src/index.ts';

const text = (of: string): string => new TextEncoder().encode(of).toHex();
const seeds = [
  'c800144f70656e204d6f62696c6520416c6c69616e6365c10964830b410000',
  '82a321652f332f302f0061390218 64a20061300365 4d616b6572'.replaceAll(' ', ''),
  '9fa200672f332f302f313302fb41d95510cc000000ff',
  text('[{"bn":"/3/0/","bt":1700000000,"n":"9","v":100},{"n":"0","vs":"x"}]'),
  text('</>;rt="oma.lwm2m";ct=110,</1/0>,</3/0>;ver=1.1'),
  text('ep=urn:imei:1&lt=300&lwm2m=1.1&b=U&Q'),
].map((of) => Uint8Array.fromHex(of));

export function nextInput(random: Random): Uint8Array {
  if (random.chance(4)) return random.bytes(random.below(60));
  return spoilt(random, seeds);
}

const formats: readonly ContentFormat[] = ['text', 'opaque', 'senmlJson', 'senmlCbor', 'tlv'];
const bases = [{ object: 3 }, { object: 3, instance: 0 }, { object: 3, instance: 0, resource: 11 }];

export function allTargets(random: Random): FuzzTarget[] {
  const device = createLwm2mDevice({
    values: () => [
      { path: { object: 3, instance: 0, resource: 9 }, value: { type: 'integer', value: 1 } },
    ],
    write: () => 'done',
    execute: () => 'done',
  });
  const isResult = (result: object): void => {
    if (!('ok' in result)) throw new Error('no result');
  };
  return [
    ...formats.map((format) => ({
      name: format,
      feed: (bytes: Uint8Array) =>
        isResult(decodeContent(format, bases[random.below(3)] ?? { object: 3 }, bytes)),
    })),
    { name: 'links', feed: (bytes) => isResult(decodeLinks(new TextDecoder().decode(bytes))) },
    {
      name: 'registration',
      feed: (bytes) => isResult(readRegistration(new TextDecoder().decode(bytes).split('&'))),
    },
    {
      name: 'device',
      feed: (bytes) => {
        const request = {
          method: (['get', 'put', 'post', 'delete', 'fetch'] as const)[random.below(5)] ?? 'get',
          path: [['3'], ['3', '0'], ['3', '0', '9'], ['x'], []][random.below(5)] ?? [],
          ...{ query: [], token: random.bytes(2), payload: bytes },
          contentFormat: [null, 0, 42, 110, 112, 11_542, 7][random.below(7)] ?? null,
          accept: [null, 0, 40, 110, 112, 11_542, 7][random.below(7)] ?? null,
          observe: [null, 0, 1, 9][random.below(4)] ?? null,
        };
        if (device.answer(request).code < 64) throw new Error('no answer');
      },
    },
  ];
}
