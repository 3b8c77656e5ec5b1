// The icon of the pages as a picture, for phones that take no drawings.

import { crc32, deflateSync } from 'node:zlib';
import { iconShape as shape } from '@prewatt/web/consumer';

const corners = shape.flash.split(' ').map((pair): readonly [number, number] => {
  const [x = '', y = ''] = pair.split(',');
  return [Number(x), Number(y)];
});

/** Looks into a pixel, in each direction: their mean is how much of it the flash covers. */
const looks = 4;

/** The icon as a square PNG. Its ground fills the square, since phones cut icons to their shape. */
export function iconPng(size: number): Uint8Array {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y++) {
    const start = y * (size * 3 + 1) + 1;
    coverage(y, size).forEach((covered, x) => {
      const white = covered / looks ** 2;
      shape.ground.forEach((part, channel) => {
        rows[start + x * 3 + channel] = Math.round(part + (255 - part) * white);
      });
    });
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  // Eight bits for each of red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    ...[signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))],
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

// How many looks into each pixel of row `y` meet the flash. Each line of looks is filled between
// its crossings with the edges: asking every edge at every look took a quarter of a second.
function coverage(y: number, size: number): Uint8Array {
  const covered = new Uint8Array(size);
  const perLook = shape.side / (size * looks);
  for (let line = 0; line < looks; line++) {
    const crossings = crossingsAt((y * looks + line + 0.5) * perLook);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const first = Math.ceil((crossings[at] ?? 0) / perLook - 0.5);
      const end = Math.ceil((crossings[at + 1] ?? 0) / perLook - 0.5);
      for (let look = Math.max(0, first); look < Math.min(end, size * looks); look++) {
        const x = Math.floor(look / looks);
        covered[x] = (covered[x] ?? 0) + 1;
      }
    }
  }
  return covered;
}

/** Where the edges of the flash cross the height `y`, from left to right. */
function crossingsAt(y: number): number[] {
  const found = corners.flatMap(([x1, y1], index) => {
    const [x2, y2] = corners[(index + 1) % corners.length] ?? [0, 0];
    return y1 > y === y2 > y ? [] : [((x2 - x1) * (y - y1)) / (y2 - y1) + x1];
  });
  return found.toSorted((a, b) => a - b);
}
