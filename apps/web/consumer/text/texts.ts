// What a language's file has to say: the type of the English one.

import type { en } from './en.ts';
import type { Message, NamesIn } from './message.ts';

type English = typeof en;

/** Every text of the English file. */
export type Texts = {
  readonly [Part in keyof English]: { readonly [Key in keyof English[Part]]: string };
};

/** The texts with the names of their values. */
export type Words = {
  readonly [Part in keyof English]: {
    readonly [Key in keyof English[Part]]: Message<NamesIn<English[Part][Key] & string>>;
  };
};
