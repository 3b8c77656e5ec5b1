// The template tag that every page is written with: what is put in is escaped unless it is itself
// such a template. It owns the only road from text to HTML, so that no page can forget to escape.

const mark: unique symbol = Symbol('html');

/** HTML that is safe to put into a page: made by `html` or `rawHtml` only. */
export type Html = { readonly [mark]: string };

export type HtmlValue = Html | string | number | bigint | null | false | readonly HtmlValue[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Text made safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => escapes[character] ?? character);
}

/**
 * A piece of page. Values are escaped; null and false print nothing; lists are joined. Throws where
 * escaping would not be enough (an attribute without quotes, text as an attribute, a script): that
 * is a bug.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = '';
  parts.forEach((part, index) => {
    text += part;
    if (index >= values.length) return;
    const value = values[index] ?? null;
    assertSafePlace(text, value);
    text += print(value);
  });
  return rawHtml(text);
}

// Where a value lands, judged by the HTML written before it in the same template.
function assertSafePlace(before: string, value: HtmlValue): void {
  if (/<(script|style)\b[^>]*>[^<]*$/i.test(before)) throw new Error('html: no values in scripts');
  const tag = before.slice(before.lastIndexOf('<') + 1);
  const insideTag = before.includes('<') && !tag.includes('>');
  const quoted = tag.split('"').length % 2 === 0;
  if (!insideTag || quoted) return;
  if (tag.endsWith('=')) throw new Error('html: an attribute value must be quoted');
  if (value !== null && typeof value !== 'object' && value !== false) {
    throw new Error('html: text cannot be an attribute');
  }
}

function print(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (typeof value === 'object') {
    return isHtml(value) ? value[mark] : value.map(print).join('');
  }
  return escapeHtml(String(value));
}

function isHtml(value: Html | readonly HtmlValue[]): value is Html {
  return mark in value;
}

/**
 * Text that is HTML already, such as a drawing that this package computed. Never for what came from
 * outside.
 */
export function rawHtml(text: string): Html {
  return { [mark]: text };
}

/** The text of a template, to be sent. */
export function htmlText(value: Html): string {
  return value[mark];
}

/**
 * An address for `href`: a path of ours or http(s). Anything else (`javascript:`) leads to the
 * first page.
 */
export function safeHref(address: string): string {
  return /^(\/(?![/\\])|https?:\/\/)/i.test(address) ? address : '/';
}
