// A file of SQL as single statements. PostgreSQL takes a file in one message; a database that hands
// statements on to others (Citus) has to see each by itself.

const dollarTag = /\$(?:[A-Za-z_][A-Za-z0-9_]*)?\$/y;

/** The statements of `text`, each without its semicolon; what is comment only is none. */
export function statementsOf(text: string): readonly string[] {
  const statements: string[] = [];
  let from = 0;
  let hasWords = false;
  for (let at = 0; at < text.length; ) {
    const skipped = endOfComment(text, at);
    if (skipped !== at) {
      at = skipped;
      continue;
    }
    const sign = text[at] ?? '';
    if (sign === ';') {
      if (hasWords) statements.push(text.slice(from, at));
      at += 1;
      from = at;
      hasWords = false;
      continue;
    }
    hasWords ||= sign.trim() !== '';
    at = endOfQuoted(text, at);
  }
  if (hasWords) statements.push(text.slice(from));
  return statements;
}

/** Behind the comment that begins at `at`; `at` where none does. */
function endOfComment(text: string, at: number): number {
  if (text.startsWith('--', at)) {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (!text.startsWith('/*', at)) return at;
  let depth = 0;
  let end = at;
  do {
    if (text.startsWith('/*', end)) depth += 1;
    else if (text.startsWith('*/', end)) depth -= 1;
    else {
      end += 1;
      continue;
    }
    end += 2;
  } while (depth > 0 && end < text.length);
  return end;
}

/** Behind the quoted text that begins at `at`; else behind the word or the one sign there. */
function endOfQuoted(text: string, at: number): number {
  const sign = text[at];
  if (sign === '"') return endAfter(text, '"', at + 1);
  if (sign === "'")
    return isEscaped(text, at) ? endOfEscaped(text, at) : endAfter(text, "'", at + 1);
  if (sign !== '$' || /[A-Za-z0-9_$]/.test(text[at - 1] ?? ' ')) return at + 1;
  dollarTag.lastIndex = at;
  const tag = dollarTag.exec(text)?.[0];
  return tag === undefined ? at + 1 : endAfter(text, tag, at + tag.length);
}

function endAfter(text: string, closing: string, from: number): number {
  const found = text.indexOf(closing, from);
  return found < 0 ? text.length : found + closing.length;
}

const isEscaped = (text: string, at: number): boolean =>
  /[eE]/.test(text[at - 1] ?? '') && !/[A-Za-z0-9_$]/.test(text[at - 2] ?? ' ');

/** Of a text E'…', in which a backslash takes the next sign with it. */
function endOfEscaped(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === '\\') end += 1;
    else if (text[end] === "'") return end + 1;
  }
  return text.length;
}
