// The languages of the pages: their names as their speakers write them, which way they are written,
// and which one a browser asks for.

import { am } from './am.ts';
import { ar } from './ar.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { hi } from './hi.ts';
import { id } from './id.ts';
import { pt } from './pt.ts';
import { sw } from './sw.ts';
import type { Texts, Words } from './texts.ts';
import { zu } from './zu.ts';

export type Language = {
  readonly name: string;
  readonly dir: 'ltr' | 'rtl';
  readonly texts: Texts;
};

export const languages = {
  en: { name: 'English', dir: 'ltr', texts: en },
  fr: { name: 'Français', dir: 'ltr', texts: fr },
  pt: { name: 'Português', dir: 'ltr', texts: pt },
  es: { name: 'Español', dir: 'ltr', texts: es },
  sw: { name: 'Kiswahili', dir: 'ltr', texts: sw },
  ar: { name: 'العربية', dir: 'rtl', texts: ar },
  hi: { name: 'हिन्दी', dir: 'ltr', texts: hi },
  zu: { name: 'isiZulu', dir: 'ltr', texts: zu },
  am: { name: 'አማርኛ', dir: 'ltr', texts: am },
  id: { name: 'Bahasa Indonesia', dir: 'ltr', texts: id },
} as const satisfies Record<string, Language>;

export type LanguageCode = keyof typeof languages;
export const languageCodes = Object.keys(languages) as readonly LanguageCode[];

export const isLanguage = (code: string | null | undefined): code is LanguageCode =>
  code !== null && code !== undefined && Object.hasOwn(languages, code);

/** Receipts as PDF have no letters for these, and are in English. */
const notPrinted: ReadonlySet<string> = new Set<LanguageCode>(['ar', 'hi', 'am']);

/** The language of a receipt as PDF, for whoever reads pages in `language`. */
export const printedLanguage = (language: string): LanguageCode =>
  isLanguage(language) && !notPrinted.has(language) ? language : 'en';

export const wordsOf = (code: LanguageCode): Words => languages[code].texts;

/** Of an Accept-Language header, the language that is wanted most of those that there are. */
export function acceptedLanguage(header: string | undefined): LanguageCode | null {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, place) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean);
      return { code: tag.trim().split('-')[0], weight: q === undefined ? 1 : Number(q), place };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.place - b.place);
  return wanted.map(({ code }) => code).find(isLanguage) ?? null;
}
