// A catalogue of texts by language, checked: each variable in each language, none that nobody
// fills, how many short messages each is at its longest, and no token where anybody can read it.

import { fittedToGsm, segmentText } from '../smpp/gsm.ts';

/**
 * `lockScreen` is read by whoever holds the phone; `screen` is one of a USSD dialogue; `mail` is as
 * long as it likes.
 */
export const textKinds = ['message', 'screen', 'lockScreen', 'mail'] as const;
export type TextKind = (typeof textKinds)[number];

export type CatalogueText = {
  readonly key: string;
  readonly kind: TextKind;
  /** By language; variables stand in braces: "{home}". */
  readonly words: Readonly<Record<string, string>>;
  /** Variables that a language may leave out. */
  readonly mayLack?: readonly string[];
};

export type Catalogue = {
  /** The first is the one that others fall back to. */
  readonly languages: readonly [string, ...string[]];
  readonly texts: readonly CatalogueText[];
  /** The longest likely value of each variable. */
  readonly longest: Readonly<Record<string, string>>;
};

export type CatalogueFault = {
  readonly key: string;
  readonly language: string;
  readonly fault: 'missingVariable' | 'strangeVariable' | 'unknownVariable' | 'tooLong' | 'secret';
  /** The variable, or how long it is. */
  readonly what: string;
};

export type TextLength = {
  readonly key: string;
  readonly language: string;
  readonly characters: number;
  /** As it is sent: without accents that short messages lack, where that suffices. */
  readonly alphabet: 'gsm7' | 'ucs2';
  readonly parts: number;
  /** With every accent. */
  readonly partsAsWritten: number;
};

export type CheckedCatalogue = {
  readonly faults: readonly CatalogueFault[];
  readonly lengths: readonly TextLength[];
  /** Texts that a language has not, so that its readers get the first language's. */
  readonly fallBack: readonly { readonly key: string; readonly language: string }[];
};

/** A screen of USSD. */
const mostOnScreen = 182;
const secrets = new Set(['token', 'tokens', 'digits', 'code', 'pin', 'password', 'text']);

export function checkCatalogue({ languages, texts, longest }: Catalogue): CheckedCatalogue {
  const [first] = languages;
  const faults: CatalogueFault[] = [];
  const lengths: TextLength[] = [];
  const fallBack: { key: string; language: string }[] = [];
  for (const { key, kind, words, mayLack = [] } of texts) {
    const wanted = variablesOf(words[first] ?? '');
    for (const language of languages) {
      const text = words[language];
      if (text === undefined) {
        fallBack.push({ key, language });
        continue;
      }
      const say = (fault: CatalogueFault['fault'], what: string) =>
        faults.push({ key, language, fault, what });
      const found = variablesOf(text);
      for (const name of wanted) {
        if (!found.has(name) && !mayLack.includes(name)) say('missingVariable', name);
      }
      for (const name of found) {
        if (!wanted.has(name)) say('strangeVariable', name);
        if (longest[name] === undefined) say('unknownVariable', name);
        if (kind === 'lockScreen' && secrets.has(name)) say('secret', name);
      }
      const filled = fill(text, longest);
      if (kind === 'lockScreen' && /\d{4}/.test(filled)) say('secret', 'digits');
      if (kind === 'mail') continue;
      const { segments: partsAsWritten } = segmentText(filled);
      const { encoding: alphabet, segments: parts } = segmentText(fittedToGsm(filled));
      const characters = [...filled].length;
      if (kind === 'screen' && characters > mostOnScreen) say('tooLong', `${characters}`);
      lengths.push({ key, language, characters, alphabet, parts, partsAsWritten });
    }
  }
  return { faults, lengths, fallBack };
}

const variable = /\{([A-Za-z]\w*)\}/g;

const variablesOf = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(variable)].map(([, name = '']) => name));

const fill = (text: string, longest: Catalogue['longest']): string =>
  text.replace(variable, (whole, name: string) => longest[name] ?? whole);

/** A file of JSON as a catalogue; null for another shape. */
export function readCatalogue(json: unknown): Catalogue | null {
  if (!isRecord(json)) return null;
  const { languages, texts, longest } = json;
  const isTexts = (all: unknown): all is readonly CatalogueText[] =>
    Array.isArray(all) &&
    all.every(
      (each) =>
        isRecord(each) &&
        typeof each['key'] === 'string' &&
        textKinds.some((kind) => kind === each['kind']) &&
        isWords(each['words']) &&
        (each['mayLack'] === undefined || isNames(each['mayLack'])),
    );
  if (!isNames(languages) || languages.length === 0) return null;
  if (!isTexts(texts) || !isWords(longest)) return null;
  return { languages: languages as [string, ...string[]], texts, longest };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown): value is Readonly<Record<string, string>> =>
  isRecord(value) && Object.values(value).every((each) => typeof each === 'string');
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
