// Photos as bytes of strangers: what a camera writes beside the picture goes, or is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { barePhoto, judgePhoto, photoLimits } from './photo.ts';

const segment = (marker: number, ...body: number[]) => {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...body];
};
const text = (words: string) => [...new TextEncoder().encode(words)];
const frame = (width: number, height: number) =>
  segment(0xc0, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0);
const scan = [...segment(0xda, 1, 1, 0, 0, 63, 0), 7, 0xff, 0, 0xff, 0xd3, 9];
const jfif = segment(0xe0, ...text('JFIF'));
const adobe = segment(0xee, ...text('Adobe'));
const exif = segment(0xe1, ...text('Exif GPS 26.2041 S'));
const note = segment(0xfe, ...text('of my phone'));
const jpeg = (...parts: number[][]) => new Uint8Array([0xff, 0xd8, ...parts.flat(), 0xff, 0xd9]);
const plain = jpeg(jfif, adobe, frame(1600, 1200), scan);

test('a photo is taken bare, and what a camera says beside it is left out or refused', () => {
  assert.equal(judgePhoto(plain), null);
  // Also between scans, and after the picture, where some phones put a second one.
  const camera = jpeg(exif, jfif, segment(0xe2, 1), adobe, note, frame(1600, 1200), scan);
  const between = jpeg(jfif, adobe, frame(1600, 1200), scan, exif, scan);
  const followed = new Uint8Array([...camera, ...exif]);
  assert.equal(judgePhoto(camera), 'saysMore');
  assert.equal(judgePhoto(between), 'saysMore');
  assert.equal(judgePhoto(new Uint8Array([...plain, 1])), 'notWhole');
  assert.deepEqual(barePhoto(camera), { ok: true, value: plain });
  assert.deepEqual(barePhoto(followed), { ok: true, value: plain });
  const bare = barePhoto(between);
  assert.equal(bare.ok && judgePhoto(bare.value), null);
});

test('a photo has its limits', () => {
  assert.equal(judgePhoto(jpeg(jfif, frame(1601, 20), scan)), 'photoTooLarge');
  assert.equal(judgePhoto(jpeg(jfif, frame(20, 1601), scan)), 'photoTooLarge');
  assert.equal(judgePhoto(new Uint8Array(photoLimits.bytes + 1)), 'photoTooLarge');
  assert.equal(judgePhoto(jpeg(jfif, scan)), 'notJpeg', 'no sides');
  assert.equal(judgePhoto(jpeg(frame(0, 10), scan)), 'notJpeg');
  assert.equal(judgePhoto(jpeg(segment(0xc0, 8, 1, 2), scan)), 'notJpeg', 'half a frame');
  for (const cut of [plain.length - 1, plain.length - 2, plain.length - 4, 30]) {
    assert.equal(judgePhoto(plain.slice(0, cut)), 'notWhole', String(cut));
  }
  for (const other of ['', '\u0089PNG', '<svg/>', '%PDF-1.7']) {
    assert.equal(judgePhoto(new Uint8Array(text(other))), 'notJpeg');
  }
});

test('any bytes have an answer, and what is left of them is bare', () => {
  const near = fc
    .tuple(
      fc.array(fc.constantFrom(jfif, adobe, exif, note, scan, frame(9, 9)), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 12 }),
      fc.nat(120),
    )
    .map(([parts, noise, at]) => {
      const whole = [...jpeg(...parts)];
      whole.splice(at, 0, ...noise);
      return new Uint8Array(whole);
    });
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const bare = barePhoto(bytes);
      if (judgePhoto(bytes) === null) assert.deepEqual(bare, { ok: true, value: bytes });
      if (!bare.ok) return;
      assert.ok(bare.value.length <= bytes.length);
      assert.ok(['notJpeg', null].includes(judgePhoto(bare.value)), 'bare but for its sides');
    }),
    { numRuns: 500 },
  );
});
