// The address of a gateway's callbacks: its name, the secret, and what it tells.

import { messageApi, pathOf } from '@prewatt/api';
import { sameText } from '@prewatt/rails';
import type { CallbackDoor } from './contract.ts';

export const callbackUrl = (
  publicUrl: string,
  o: { readonly gateway: string; readonly secret: string; readonly door: CallbackDoor },
): string => new URL(pathOf(messageApi.callback, o), publicUrl).href;

/** In a time that depends on the lengths alone; an empty secret fits nothing. */
export const isSecret = (given: string, secret: string): boolean =>
  secret !== '' && sameText(given, secret);
