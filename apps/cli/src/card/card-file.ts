// A card as a file: its 256 bytes in hexadecimal, as a reader's tool or a virtual meter gives them.

import { imageBytes } from '@prewatt/card';
import { type CommandContext, refused } from '../command.ts';

const digitsALine = 64;

export function readCardFile(
  context: CommandContext,
  path: string,
): Uint8Array | ReturnType<typeof refused> {
  let text: string;
  try {
    text = context.readFile(path);
  } catch {
    return refused('cardFile', `cannot read ${path}`, 'Make a card with: prewatt card new');
  }
  const digits = text.replace(/\s/g, '');
  if (!/^[0-9A-Fa-f]*$/.test(digits) || digits.length !== 2 * imageBytes) {
    const what = `${path} is no card: it must hold ${2 * imageBytes} hexadecimal digits`;
    return refused('cardFile', what);
  }
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

export const cardText = (image: Uint8Array): string => {
  const digits = Buffer.from(image).toString('hex').toUpperCase();
  return `${digits.match(new RegExp(`.{${digitsALine}}`, 'g'))?.join('\n') ?? ''}\n`;
};
