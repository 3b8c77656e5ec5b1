// A message with places for values, in the small part of ICU's message format that these texts
// need: `{name}`, and a plural without another one inside. Functions whose source also goes to the
// browser (assets/script.ts): they may use nothing but each other and Intl.

declare const names: unique symbol;

/** A text that knows the names of its values, as the English file has them. */
export type Message<Names extends string = string> = string & { readonly [names]?: Names };

/** The names in a text: `{day} {time}` has day and time; `{count, plural, one {# day} …}` count. */
export type NamesIn<Text extends string> = Text extends `${string}{${infer Inside}}${infer Rest}`
  ? NameOf<Inside> | NamesIn<Rest>
  : never;
type NameOf<Inside extends string> = Inside extends `${infer Name}, plural, ${string}`
  ? Name
  : Inside extends `${string} ${string}` | ''
    ? never
    : Inside;

/** Text as it is; a number in the digits of the language, with its plural. */
export type Value = string | number;

/** How a language writes numbers. */
export type Digits = {
  readonly language: string;
  /** Ten of them, where they are not 0 to 9; else empty. */
  readonly digits: string;
  readonly decimal: string;
};

/** "12.3", with a point, as the language writes it. */
export function numberText(plain: string, { digits, decimal }: Digits): string {
  const text = plain.replace('.', decimal);
  return digits === '' ? text : text.replace(/\d/g, (digit) => digits[Number(digit)] ?? digit);
}

/** The message with its values. */
export function fill(
  message: string,
  values: Readonly<Record<string, Value>>,
  voice: Digits,
): string {
  const textOf = (name: string): string => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numberText(String(value), voice) : value;
  };
  const plural = /\{(\w+), plural, ((?:\w+ \{[^{}]*\} ?)+)\}/g;
  const counted = message.replace(plural, (_, name: string, forms: string) => {
    const rule = new Intl.PluralRules(voice.language).select(Number(values[name]));
    const form = (which: string) => new RegExp(`\\b${which} \\{([^{}]*)\\}`).exec(forms)?.[1];
    return (form(rule) ?? form('other') ?? '').replace(/#/g, () => textOf(name));
  });
  return counted.replace(/\{(\w+)\}/g, (_, name: string) => textOf(name));
}
