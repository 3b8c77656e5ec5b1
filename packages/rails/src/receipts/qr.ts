// A link as a QR code (ISO/IEC 18004): squares as plain data, dots for a receipt printer and a path
// for SVG, so that paper, PDF and page show the same one.

import { encode } from 'uqr';

/** Rows of squares from top to bottom, true for dark, with the light edge that readers need. */
export type QrSquares = readonly (readonly boolean[])[];

/** Lighter than four squares: around it paper and page are white. */
const edgeSquares = 2;

export const qrSquares = (text: string): QrSquares =>
  encode(text, { ecc: 'M', border: edgeSquares }).data;

/** Dots of a receipt printer for each square: 0.6 mm at 8 dots to the millimetre. */
const dotsPerSquare = 5;

export type QrDots = {
  readonly widthBytes: number;
  readonly heightDots: number;
  /** Row by row, the highest bit at the left. */
  readonly bytes: readonly number[];
};

export function qrDots(text: string): QrDots {
  const squares = qrSquares(text);
  const dots = squares.length * dotsPerSquare;
  const widthBytes = Math.ceil(dots / 8);
  const rowBytes = (row: readonly boolean[]): number[] =>
    Array.from({ length: widthBytes }, (_, byte) => {
      let bits = 0;
      for (let bit = 0; bit < 8; bit++) {
        const dark = row[Math.floor((byte * 8 + bit) / dotsPerSquare)] === true;
        bits = bits * 2 + (dark ? 1 : 0);
      }
      return bits;
    });
  const bytes = squares.flatMap((row) => {
    const drawn = rowBytes(row);
    return Array.from({ length: dotsPerSquare }, () => drawn).flat();
  });
  return { widthBytes, heightDots: dots, bytes };
}

/** For `<path d>` in a view box as wide as `size`, one unit for each square. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const squares = qrSquares(text);
  const path = squares
    .flatMap((row, y) =>
      row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).filter((part) => part !== ''),
    )
    .join('');
  return { size: squares.length, path };
}
