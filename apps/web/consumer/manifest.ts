// What a phone is told of the pages as an app: its name is the utility's.

import { type Frame, pageRoutes, pathOf } from '@prewatt/api';
import { iconAsset } from './assets/assets.ts';
import { iconPath, iconSizes } from './assets/icon.ts';
import { lightColours } from './assets/style.ts';

/** The body of GET /app.webmanifest, of type application/manifest+json. */
export function renderManifest({ utilityName }: Pick<Frame, 'utilityName'>): string {
  const start = pathOf(pageRoutes.start);
  return JSON.stringify({
    ...{ id: start, name: utilityName, short_name: utilityName, start_url: start, scope: start },
    display: 'standalone',
    background_color: lightColours.ground,
    theme_color: lightColours.ground,
    icons: [
      { src: iconAsset.path, type: iconAsset.contentType, sizes: 'any' },
      ...iconSizes.map((size) => ({
        ...{ src: iconPath(size), type: 'image/png', sizes: `${size}x${size}` },
        purpose: 'any maskable',
      })),
    ],
  });
}
