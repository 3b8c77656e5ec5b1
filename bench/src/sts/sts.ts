// Tokens per second on one thread, whole path: fields to CRC to cipher to class bits to 20 digits,
// and back with the check verified. Key fixed, TID and amount vary. The naive implementation runs
// in the same process as the baseline.

import { readToken } from '@prewatt/sts/codec';
import { issueCreditToken } from '@prewatt/sts/issue';
import { type DecoderKey, decoderKeyFromBytes } from '@prewatt/sts/keys';
import { naiveDecode, naiveEncode } from '@prewatt/sts/naive-for-tests';
import type { Benchmark } from '../benchmark.ts';

type Rates = { readonly encode: number; readonly decode: number };

const passes = 3;
const fastCount = 1_000_000;
const naiveCount = 4_000;

/** Tokens per second of one run of `count` tokens. */
function rate(count: number, one: (index: number) => void): number {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) one(index);
  return Math.round((count * 1000) / (performance.now() - start));
}

/** Runs every pass; the first ones warm the compiler up and the last counts. */
function lastRate(count: number, one: (index: number) => void): number {
  let last = 0;
  for (let pass = 0; pass < passes; pass += 1) last = rate(count, one);
  return last;
}

const tidAt = (index: number): number => (index * 7919) % 0x100_0000;
const unitsAt = (index: number): number => (index * 104_729) % 18_201_624;

function fast(key: DecoderKey): Rates {
  const units = Array.from({ length: fastCount }, (_, index) => BigInt(unitsAt(index)));
  const tokens = new Array<string>(fastCount).fill('');
  const encode = lastRate(fastCount, (index) => {
    const issued = issueCreditToken({
      decoderKey: key,
      commodity: 'electricity',
      units: units[index] ?? 0n,
      tid: tidAt(index),
      rnd: index & 15,
      keyExpiry: 255,
    });
    if (!issued.ok) throw new Error(issued.error);
    tokens[index] = issued.value.token;
  });
  const decode = lastRate(fastCount, (index) => {
    const read = readToken(key, tokens[index] ?? '');
    if (!read.ok || !('tid' in read.value) || read.value.tid !== tidAt(index)) {
      throw new Error('a token was not read back');
    }
  });
  return { encode, decode };
}

function naive(key: Uint8Array): Rates {
  const tokens = new Array<string>(naiveCount).fill('');
  const encode = lastRate(naiveCount, (index) => {
    tokens[index] = naiveEncode(key, {
      tokenClass: 0,
      subclass: 0,
      nibble: index & 15,
      tid: tidAt(index),
      value16: index & 0xffff,
    });
  });
  const decode = lastRate(naiveCount, (index) => {
    if (naiveDecode(key, tokens[index] ?? '')?.tid !== tidAt(index)) {
      throw new Error('a token was not read back');
    }
  });
  return { encode, decode };
}

function keyOf(bytes: Uint8Array): DecoderKey {
  const key = decoderKeyFromBytes(bytes);
  if (!key.ok) throw new Error(key.error);
  return key.value;
}

const ratioOf = (a: Rates, b: Rates): Rates => ({
  encode: Math.round((a.encode / b.encode) * 10) / 10,
  decode: Math.round((a.decode / b.decode) * 10) / 10,
});

/** Figures for EA07 and EA11 and their ratios to the naive implementation. */
export const benchmarkSts: Benchmark = async (print) => {
  const keys = { ea07: 8, ea11: 16 };
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 17 * i + 3);
  const ea07 = fast(keyOf(bytes(keys.ea07)));
  const ea11 = fast(keyOf(bytes(keys.ea11)));
  const naive07 = naive(bytes(keys.ea07));
  const naive11 = naive(bytes(keys.ea11));
  const ratio = { ea07: ratioOf(ea07, naive07), ea11: ratioOf(ea11, naive11) };
  const shown = (value: number): string => value.toLocaleString('en').padStart(11);
  print('sts: whole tokens per second, one thread, last of three passes');
  for (const [name, rates, base, times] of [
    ['EA07', ea07, naive07, ratio.ea07],
    ['EA11', ea11, naive11, ratio.ea11],
  ] as const) {
    print(
      `  ${name} encode ${shown(rates.encode)}   naive ${shown(base.encode)}   x ${times.encode}`,
    );
    print(
      `  ${name} decode ${shown(rates.decode)}   naive ${shown(base.decode)}   x ${times.decode}`,
    );
  }
  return { bench: 'sts', ea07, ea11, naive: { ea07: naive07, ea11: naive11 }, ratio };
};
