// Splits TypeScript text into what is code, what is comment and what is a string, keeping
// positions, so that rules on words do not stumble over strings. A scanner of the few forms that
// matter, not a parser.

export type CodeText = {
  /** The text with comments and the insides of strings as spaces. */
  code: string;
  /** The text with everything but comments as spaces. */
  comments: string;
};

const beforeRegex = /(^|[=(,:[!&|?{};+\-*%<>~^]|\b(return|typeof|case|in|of))\s*$/;

/** Both views have the length and the lines of the text. */
export function splitCode(text: string): CodeText {
  const code = [...text.replace(/[^\n]/g, ' ')];
  const comments = [...code];
  // Depth of braces at which a template's `${` was opened: its `}` leads back into the template.
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const two = text.slice(at, at + 2);
    const char = text[at] ?? '';
    let end = at + 1;
    if (two === '//') end = copyTo(comments, text, at, endOfLine(text, at));
    else if (two === '/*') end = copyTo(comments, text, at, after(text, '*/', at + 2));
    else if (char === "'" || char === '"') end = endOfString(text, at, char);
    else if (char === '`') [end] = template(at + 1);
    else if (char === '}' && templates.at(-1) === depth) {
      templates.pop();
      depth -= 1;
      [end] = template(at + 1);
    } else if (char === '/' && beforeRegex.test(code.slice(Math.max(0, at - 40), at).join(''))) {
      end = endOfRegex(text, at);
    } else {
      if (char === '{') depth += 1;
      if (char === '}') depth -= 1;
      code[at] = char;
    }
    // The delimiters stay, so that rules still see that a string was there.
    if (end > at + 1 && !comments[at]?.trim()) {
      code[at] = char;
      code[end - 1] = text[end - 1] ?? '';
    }
    at = end;
  }
  return { code: code.join(''), comments: comments.join('') };

  /** Skips a template's text from `from` to its end or to a `${`. */
  function template(from: number): [number] {
    for (let i = from; i < text.length; i += 1) {
      if (text[i] === '\\') i += 1;
      else if (text[i] === '`') return [i + 1];
      else if (text[i] === '$' && text[i + 1] === '{') {
        depth += 1;
        templates.push(depth);
        return [i + 2];
      }
    }
    return [text.length];
  }
}

function copyTo(target: string[], text: string, from: number, to: number): number {
  for (let i = from; i < to; i += 1) target[i] = text[i] ?? '';
  return to;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

// A line's end closes a string: in JSX an apostrophe is text, and must not swallow the file.
function endOfString(text: string, from: number, quote: string): number {
  for (let i = from + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === quote) return i + 1;
    else if (text[i] === '\n') return i;
  }
  return text.length;
}

function endOfRegex(text: string, from: number): number {
  let inClass = false;
  for (let i = from + 1; i < text.length; i += 1) {
    const char = text[i];
    if (char === '\n') return from + 1;
    if (char === '\\') i += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return i + 1;
  }
  return from + 1;
}

/** Line number, from 1, of a position. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** The modules a file imports or re-exports, with their lines. */
export function importsOf(text: string): { from: string; line: number }[] {
  const { code } = splitCode(text);
  const found: { from: string; line: number }[] = [];
  // The view without strings says where an import is; the text says what it names.
  for (const match of code.matchAll(/\b(?:from|import|import\()\s*(['"])/g)) {
    const quoteAt = match.index + match[0].length - 1;
    const from = text.slice(quoteAt + 1, text.indexOf(match[1] ?? "'", quoteAt + 1));
    found.push({ from, line: lineAt(text, match.index) });
  }
  return found;
}
