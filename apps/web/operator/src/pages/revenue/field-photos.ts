// Photos of visits on this device: drawn anew and smaller, so that nothing but the picture is left
// of what the camera wrote, and kept until the server has them.

import { barePhoto, type FindingBody, photoLimits, photoType } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { keptOnDevice } from '../../state/device.ts';
import type { KeptItem } from '../../state/kept.ts';

export type Photo = FindingBody['evidence'][number];
/** Its id is that of the case and the hash. */
export type KeptPhoto = KeptItem & { readonly caseId: string; readonly jpeg: Blob };

export const keptPhotos = keptOnDevice<KeptPhoto>('photos');

export const photoId = (caseId: string, { sha256 }: Pick<Photo, 'sha256'>): string =>
  `${caseId} ${sha256}`;
export const photoOf = (caseId: string, photo: Photo): KeptPhoto | undefined =>
  keptPhotos.all().find(({ id }) => id === photoId(caseId, photo));

export async function dropPhotos(caseId: string): Promise<void> {
  const of = keptPhotos.all().filter((photo) => photo.caseId === caseId);
  for (const { id } of of) await keptPhotos.drop(id);
}

/** A camera's file is smaller; more would only fill the phone's memory. */
const mostSourceBytes = 60_000_000;
/** Each is tried until the photo is small enough. */
const qualities = [0.82, 0.7, 0.55, 0.4];

type Taken = { readonly photo: Photo; readonly jpeg: Blob };

/** In words why not. */
export async function takePhoto(file: File): Promise<Result<Taken, string>> {
  if (!file.type.startsWith('image/')) return err('This is no photo. Take one with the camera.');
  if (file.size > mostSourceBytes) return err('The photo is too large; take it with less detail.');
  const canvas = await drawn(file).catch(() => null);
  if (canvas === null) return err('This phone cannot read the photo; take it again.');
  for (const quality of qualities) {
    const bare = await bareJpeg(canvas, quality);
    if (bare === null) break;
    if (bare.length > photoLimits.bytes) continue;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bare));
    const sha256 = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const name = `${
      file.name
        .replace(/\.\w+$/, '')
        .trim()
        .slice(0, 190) || 'photo'
    }.jpg`;
    const photo = { name, sizeBytes: bare.length, sha256 };
    return ok({ photo, jpeg: new Blob([bare], { type: photoType }) });
  }
  return err('This phone cannot make the photo small enough; take it again.');
}

async function drawn(file: File): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const { width, height } = picture;
  const scale = Math.min(1, photoLimits.longSidePx / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  // Where the picture is transparent, JPEG would be black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

async function bareJpeg(canvas: HTMLCanvasElement, quality: number) {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, photoType, quality));
  if (blob === null) return null;
  const bare = barePhoto(new Uint8Array(await blob.arrayBuffer()));
  return bare.ok ? bare.value : null;
}
