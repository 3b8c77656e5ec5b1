// The report as one page without scripts, to print and to put before a judge.

import type { Finding, Report } from '@prewatt/verifier';

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (letter) => `&#${letter.codePointAt(0)};`);

const style = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.2rem;margin-top:2rem}
.holds,.broken{border-left:.4rem solid #1a7f37;padding:.5rem 1rem;font-weight:600}
.broken{border-color:#c62828}
table{border-collapse:collapse;width:100%}
td{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8884;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
code{font:.875em ui-monospace,monospace;overflow-wrap:anywhere}
article{border:1px solid #8886;border-radius:.4rem;padding:.7rem 1rem;margin:1rem 0}
article{break-inside:avoid}
article p{margin:.3rem 0}ol{padding-left:1.4rem;margin:.4rem 0}dt{font-weight:600}dd{margin:0 0 .6rem}`;

const row = (name: string, value: string): string => `<dt>${escaped(name)}</dt><dd>${value}</dd>`;
const code = (text: string): string => `<code>${escaped(text)}</code>`;

export const countsInWords = (report: Report): string => {
  const count = Object.values(report.found).reduce((sum, n) => sum + n, 0);
  return report.holds
    ? 'Everything that was looked at stands.'
    : `${count} ${count === 1 ? 'finding' : 'findings'}: this record was changed, or does not agree with itself.`;
};

function findingOf(finding: Finding): string {
  const { check, says, table, key, column, was, now, entry, path } = finding;
  const where = [
    ...(table === undefined ? [] : [`table ${code(table)}`]),
    ...(key === undefined ? [] : [`row ${code(key)}`]),
    ...(entry === undefined ? [] : [`entry ${entry} of the log`]),
  ].join(', ');
  const change =
    column === undefined
      ? ''
      : `<p>Column ${code(column)}: the log proves ${code(was ?? '')}, the database has ${code(now ?? '')}.</p>`;
  const way =
    path === undefined
      ? ''
      : `<p>From the payment to the token:</p><ol>${path.map((line) => `<li>${code(line)}</li>`).join('')}</ol>`;
  return `<article><p><strong>${escaped(says)}</strong> (${escaped(check)})</p><p>${where}</p>${change}${way}</article>`;
}

export function reportHtml(report: Report, madeAt: string): string {
  const found = Object.entries(report.found);
  const shown = report.findings.length;
  const all = found.reduce((sum, [, n]) => sum + n, 0);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Verification of ${escaped(report.origin)}</title><style>${style}</style>
<h1>Verification of ${escaped(report.origin)}</h1>
<p class="${report.holds ? 'holds' : 'broken'}">${escaped(countsInWords(report))}</p>
<dl>${row('Made', escaped(madeAt))}${row('Entries of the log', String(report.size))}${row('Root', code(report.root))}${row(
    'Witnesses that signed',
    report.witnesses.length === 0 ? 'none' : report.witnesses.map(escaped).join('<br>'),
  )}</dl>
${report.notices.length === 0 ? '' : `<h2>To know</h2><ul>${report.notices.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>`}
${
  found.length === 0
    ? ''
    : `<h2>Findings</h2><table>${found.map(([check, n]) => `<tr><td>${escaped(check)}<td class="n">${n}`).join('')}</table>
${report.findings.map(findingOf).join('\n')}${shown < all ? `<p>${all - shown} more are not shown.</p>` : ''}`
}
<h2>What was looked at</h2><table>${Object.entries(report.counts)
    .sort()
    .map(([name, n]) => `<tr><td>${escaped(name)}<td class="n">${n}`)
    .join('')}</table>
</html>
`;
}
