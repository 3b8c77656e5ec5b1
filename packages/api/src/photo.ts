// Photos of visits: JPEG that says nothing but its picture. A camera writes where, when and by what
// it was taken into segments beside the picture; the device leaves them out, and the server takes
// no photo that still has them.

import { err, ok, type Result } from '@prewatt/quantities';

export const photoLimits = { bytes: 1_000_000, longSidePx: 1_600 } as const;
export const photoType = 'image/jpeg';

export type PhotoRefusal =
  | 'notJpeg'
  /** The file is cut off, or something follows the picture. */
  | 'notWhole'
  | 'photoTooLarge'
  /** A segment that may name the place, the time or the camera. */
  | 'saysMore';

type Part = { readonly marker: number; readonly from: number; readonly to: number };

const [startOfImage, endOfImage, startOfScan, comment] = [0xd8, 0xd9, 0xda, 0xfe];
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
/** JFIF and Adobe say how colours are meant; all other segments of applications may say more. */
const isMore = (marker: number): boolean =>
  marker === comment || (marker > 0xe0 && marker <= 0xef && marker !== 0xee);

/** The picture as few bytes as show it: without what a camera writes beside it. */
export function barePhoto(bytes: Uint8Array): Result<Uint8Array<ArrayBuffer>, PhotoRefusal> {
  const parts = partsOf(bytes);
  if (!parts.ok) return parts;
  const kept = parts.value.filter(({ marker }) => !isMore(marker));
  const bare = new Uint8Array(kept.reduce((sum, { from, to }) => sum + to - from, 0));
  let at = 0;
  for (const { from, to } of kept) {
    bare.set(bytes.subarray(from, to), at);
    at += to - from;
  }
  return ok(bare);
}

/** Whether a server takes these bytes. */
export function judgePhoto(bytes: Uint8Array): PhotoRefusal | null {
  if (bytes.length > photoLimits.bytes) return 'photoTooLarge';
  const parts = partsOf(bytes);
  if (!parts.ok) return parts.error;
  if (parts.value.at(-1)?.to !== bytes.length) return 'notWhole';
  if (parts.value.some(({ marker }) => isMore(marker))) return 'saysMore';
  const sides = parts.value
    .filter(({ marker }) => isFrame(marker))
    .flatMap(({ from }) => [wordAt(bytes, from + 5), wordAt(bytes, from + 7)]);
  if (sides.length === 0 || sides.some((side) => side === 0)) return 'notJpeg';
  return Math.max(...sides) > photoLimits.longSidePx ? 'photoTooLarge' : null;
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** The segments in their order, each with its marker; that of a scan has its picture data. */
function partsOf(bytes: Uint8Array): Result<readonly Part[], PhotoRefusal> {
  if (bytes[0] !== 0xff || bytes[1] !== startOfImage) return err('notJpeg');
  const parts: Part[] = [{ marker: startOfImage, from: 0, to: 2 }];
  let at = 2;
  while (at + 1 < bytes.length) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker < 0xc0) return err('notJpeg');
    if (marker === endOfImage) {
      parts.push({ marker, from: at, to: at + 2 });
      return ok(parts);
    }
    const length = wordAt(bytes, at + 2);
    let to = at + 2 + length;
    // The least that says something; of a frame, its sides.
    if (length < (isFrame(marker) ? 8 : 2)) return err('notJpeg');
    if (marker === startOfScan) to = afterScan(bytes, to);
    if (to > bytes.length) return err('notWhole');
    parts.push({ marker, from: at, to });
    at = to;
  }
  return err('notWhole');
}

/** Picture data goes on until a marker that neither stands for a byte nor restarts it. */
function afterScan(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at >= 0) {
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return bytes.length + 1;
}
