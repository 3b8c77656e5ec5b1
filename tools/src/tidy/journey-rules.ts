// A browser journey presses buttons, opens tabs and fills fields by the words on the page. The
// journeys take minutes; this rule sees at once when a page was given other words without them.

import { lineAt } from './code-text.ts';
import { type Finding, type HouseFile, isCode, isTest } from './files.ts';

const asked = /getBy(?:Role\(\s*'(?:button|tab)',\s*\{\s*name:\s*|Label\(\s*)'((?:[^'\\]|\\.)*)'/g;

/**
 * Each button, tab and field that a journey names in full stands in a page's source. A name that
 * the page makes ("Declare 2 days") is found by its first words before a value ("Declare ${").
 */
export function checkJourneyWords(files: HouseFile[]): Finding[] {
  const pages = files
    .filter(({ path }) => isCode(path) && !isTest(path) && /^(apps|packages)\//.test(path))
    .map(({ text }) => evenOut(text))
    .join('\n');
  return files
    .filter(({ path }) => path.startsWith('e2e/'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(asked)].flatMap((match) => {
        const name = evenOut(match[1] ?? '');
        if (stands(name, pages)) return [];
        return [`${path}:${lineAt(text, match.index)}: no page has a "${name}"`];
      }),
    );
}

function stands(name: string, pages: string): boolean {
  // A field names its unit apart: <NumberField label="Load" unit="W" />.
  if (pages.includes(name) || pages.includes(`"${name.replace(/ \([^)]*\)$/, '')}"`)) return true;
  const words = name.split(' ');
  return words.some((_, count) => {
    const start = words.slice(0, count).join(' ');
    return count > 0 && (pages.includes(`${start} \${`) || pages.includes(`${start} {`));
  });
}

/** A formatter breaks text into lines; an apostrophe is typed in two ways. */
function evenOut(text: string): string {
  return text
    .replace(/\\(['"])/g, '$1')
    .replace(/\s+/g, ' ')
    .replaceAll('’', "'");
}
