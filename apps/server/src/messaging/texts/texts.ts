// What a language has to say, by the English file: each text with the places of its values, which
// the compiler holds a caller to.

import type { en } from './en.ts';

type English = typeof en;
export type MessageTextKey = keyof English;
export type MessageTexts = Readonly<Record<MessageTextKey, string>>;

/** The names in a text: "{paid} for {home}" has paid and home. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

/** What a caller says with a text. */
export type MessageValues<Key extends MessageTextKey> = Readonly<
  Record<NamesIn<English[Key]>, string>
>;
