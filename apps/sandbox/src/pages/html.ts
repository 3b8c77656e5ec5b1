// A template tag that escapes what is put in, so that no page of the sandbox can forget to.

const mark: unique symbol = Symbol('html');
export type Html = { readonly [mark]: string };
export type HtmlValue = Html | string | number | null | false | readonly HtmlValue[];

/**
 * A piece of page; attribute values must stand in double quotes. Null and false print nothing;
 * lists are joined.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { [mark]: parts.reduce((text, part, i) => text + print(values[i - 1] ?? null) + part) };
}

/** The text of a template, to be sent. */
export function htmlText(value: Html): string {
  return value[mark];
}

function print(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (typeof value !== 'object') return escapeHtml(String(value));
  return mark in value ? value[mark] : value.map(print).join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
