// The exact characters of one member of a JSON object, for signatures over a part of a body: what
// was sent is checked, not what a second writer would make of it.

/**
 * The text of a top-level member's value; null when it is missing, there twice, or the text is no
 * JSON object. One pass.
 */
export function memberText(text: string, name: string): string | null {
  let at = skipSpace(text, 0);
  if (text[at] !== '{') return null;
  at = skipSpace(text, at + 1);
  let found: string | null = null;
  while (at < text.length && text[at] === '"') {
    const keyEnd = endOfString(text, at);
    if (keyEnd === -1) return null;
    const key = text.slice(at + 1, keyEnd - 1);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') return null;
    const start = skipSpace(text, at + 1);
    const end = endOfValue(text, start);
    if (end === -1) return null;
    if (key === name) {
      if (found !== null) return null;
      found = text.slice(start, end).trimEnd();
    }
    at = skipSpace(text, end);
    if (text[at] === '}') return found;
    if (text[at] !== ',') return null;
    at = skipSpace(text, at + 1);
  }
  return null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}

/** The place after the closing quote, -1 when there is none. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** The place of the comma or brace that ends a value. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at) - 1;
      if (at < 0) return -1;
    } else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      if (depth === 0) return at;
      depth -= 1;
    } else if (char === ',' && depth === 0) return at;
  }
  return -1;
}
