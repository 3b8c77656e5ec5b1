// The page's icon: a meter's face with a flash, drawn here.

import { contentHash } from './hash.ts';

const side = 32;
const corner = 8;
const ground = [0x0b, 0x6b, 0x4f] as const;
/** The flash, corner by corner. */
const flash = '18,4 8,18 15,18 13,28 24,13 17,13';

const hex = ground.map((part) => part.toString(16).padStart(2, '0')).join('');

export const iconSource = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><rect width="${side}" height="${side}" rx="${corner}" fill="#${hex}"/><path d="M${flash}z" fill="#fff"/></svg>
`;

/** For who draws it as a picture, since some phones take no drawings: colours are 0 to 255. */
export const iconShape = { side, ground, flash } as const;

/** In pixels: what browsers ask of an app that is put on a phone. */
export const iconSizes = [192, 512] as const;

/** Where the server shows the picture of a size. */
export const iconPath = (size: number): string =>
  `/assets/icon.${contentHash(`${size} ${iconSource}`)}.png`;
