// The icon of the pages as a picture, for phones that take no drawings.

import { crc32, deflateSync } from 'node:zlib';
import { iconShape as shape } from '@prewatt/web/consumer';

const corners = shape.flash.split(' ').map((pair): readonly [number, number] => {
  const [x = '', y = ''] = pair.split(',');
  return [Number(x), Number(y)];
});

/** The icon as a square PNG. Its ground fills the square, since phones cut icons to their shape. */
export function iconPng(size: number): Uint8Array {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const white = whiteness(x, y, size);
      shape.ground.forEach((part, channel) => {
        const at = y * (size * 3 + 1) + 1 + x * 3 + channel;
        rows[at] = Math.round(part + (255 - part) * white);
      });
    }
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

// How much of a pixel the flash covers, by sixteen looks into it.
function whiteness(x: number, y: number, size: number): number {
  let inside = 0;
  for (let look = 0; look < 16; look++) {
    const across = ((x + ((look % 4) + 0.5) / 4) * shape.side) / size;
    const down = ((y + (Math.floor(look / 4) + 0.5) / 4) * shape.side) / size;
    if (isInside(across, down)) inside++;
  }
  return inside / 16;
}

function isInside(x: number, y: number): boolean {
  return corners.reduce((is, [x1, y1], index) => {
    const [x2, y2] = corners[(index + 1) % corners.length] ?? [0, 0];
    const crosses = y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1;
    return crosses ? !is : is;
  }, false);
}
