// Says a text in a language, with its values. English is for one that nobody has written, and where
// no utility is known whose pages would say it.

import type { PageLanguage } from '@prewatt/api';
import { am } from './am.ts';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { hi } from './hi.ts';
import { id } from './id.ts';
import { pt } from './pt.ts';
import { sw } from './sw.ts';
import type { MessageTextKey, MessageTexts, MessageValues } from './texts.ts';
import { zu } from './zu.ts';

export const messageTexts: Readonly<Record<PageLanguage, MessageTexts>> = {
  ...{ en, fr, pt, es, sw, ar, hi, zu, am, id },
};

const isSpoken = (language: string): language is PageLanguage =>
  Object.hasOwn(messageTexts, language);

/** English for none, and for one that nobody has written. */
export const spokenOf = (language: string | null): PageLanguage =>
  language !== null && isSpoken(language) ? language : 'en';

/** A text with its values. */
export function sayTo<Key extends MessageTextKey>(
  language: string | null,
  key: Key,
  values: MessageValues<Key>,
): string {
  const texts = messageTexts[spokenOf(language)];
  const all: Readonly<Record<string, string>> = values;
  return texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => all[name] ?? whole);
}

/**
 * Groups of digits, to be typed from left to right: between words that are read from right to left
 * a phone would show the last group first. A mark on both sides keeps them as they stand.
 */
export const inOrder = (language: string | null, digits: string): string =>
  language === 'ar' ? `\u200e${digits}\u200e` : digits;
