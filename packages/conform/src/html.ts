// The report as one HTML file that loads nothing: to be read on a phone or a screen, in light or
// dark, and printed.

import type { WireRecord } from './bench.ts';
import { type ConformReport, verdictWords, wordsOfCounts } from './report.ts';
import type { ScenarioReport, StepReport } from './run-bench.ts';
import type { Verdict } from './scenario.ts';

const style = `
:root{color-scheme:light dark;--ground:#fff;--ink:#1a1a1a;--quiet:#555;--line:#d8d8d8;
--panel:#f6f6f4;--good:#0a6b35;--bad:#b3141d;--open:#8a5a00;--none:#555}
@media(prefers-color-scheme:dark){:root{--ground:#16181a;--ink:#ececea;--quiet:#b0b0ae;
--line:#3a3d40;--panel:#1f2225;--good:#6fd596;--bad:#ff9a9a;--open:#f0c060;--none:#b0b0ae}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--ground);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;line-height:1.2;margin:.5rem 0}
h2{font-size:1.1rem;line-height:1.3;margin:0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:1rem 0}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
.sum{font-weight:600}
.box{border:1px solid var(--line);border-radius:.5rem;margin:0 0 .75rem;background:var(--panel)}
.box>summary{cursor:pointer;padding:.75rem;display:grid;grid-template-columns:1fr max-content;
gap:.25rem 1rem;align-items:start;list-style-position:inside}
.box>summary::-webkit-details-marker{display:none}
.why{grid-column:1/-1;color:var(--quiet);margin:0}
ol{margin:0;padding:0;list-style:none}
li{border-top:1px solid var(--line);padding:.6rem .75rem}
.step{display:grid;grid-template-columns:1fr max-content;gap:0 1rem}
.step p{margin:0}
.facts{grid-template-columns:max-content 1fr;margin:.25rem 0;font-size:.9rem}
.verdict{font-weight:600;white-space:nowrap}
.passed{color:var(--good)}.failed{color:var(--bad)}.needsHand{color:var(--open)}
.notOffered{color:var(--none)}
pre{margin:.25rem 0;font:.8rem/1.4 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
li summary{cursor:pointer;font-size:.9rem;color:var(--quiet)}
@media print{.box{break-inside:avoid}}
`;

export function htmlOf(report: ConformReport): string {
  const { device, target, counts } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none';style-src 'unsafe-inline'">
<title>${text(`Conformance of ${device}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${text(`Conformance of ${device}`)}</h1>
<p class="sum">${text(wordsOfCounts(counts))}</p>
<dl>
${facts([
  ['Spoken to by', target],
  ['From', timeOf(report.startedAt)],
  ['Until', timeOf(report.endedAt)],
  ['Done from outside by', handsWords[report.hands]],
  ['Last token identifier', String(report.lastTid)],
  ['Made by', `${report.tool} ${report.version}`],
])}
</dl>
${report.scenarios.map(scenarioHtml).join('\n')}
</main>
</body>
</html>
`;
}

const timeOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

const handsWords: Readonly<Record<ConformReport['hands'], string>> = {
  control: 'a control hook',
  person: 'the person at the bench',
  nobody: 'nobody: what needs a hand was not tried',
};

/** What was not passed is open, so that it is read first. */
function scenarioHtml({ id, title, why, verdict, steps }: ScenarioReport): string {
  return `<details class="box" id="${text(id)}"${verdict === 'failed' ? ' open' : ''}>
<summary><h2>${text(title)}</h2>${badge(verdict)}<p class="why">${text(why)}</p></summary>
<ol>
${steps.map(stepHtml).join('\n')}
</ol>
</details>`;
}

function stepHtml({ what, expected, seen, verdict, clause, wire }: StepReport): string {
  const rows: (readonly [string, string])[] = [
    ['Expected', expected],
    ['Seen', seen],
    ...(clause === null ? [] : [['By', clause] as const]),
  ];
  return `<li><div class="step"><p>${text(what)}</p>${badge(verdict)}</div>
<dl class="facts">${facts(rows)}</dl>${wireHtml(wire)}</li>`;
}

function wireHtml(wire: readonly WireRecord[]): string {
  if (wire.length === 0) return '';
  const lines = wire.map(({ way, afterMs, hex, text: said }) => {
    const arrow = way === 'out' ? '→' : '←';
    return `${(afterMs / 1000).toFixed(3)} ${arrow} ${said ?? ''}${said === null ? '' : '\n'}${hex}`;
  });
  return `<details><summary>Bytes both ways (${wire.length})</summary><pre>${text(lines.join('\n'))}</pre></details>`;
}

const badge = (verdict: Verdict): string =>
  `<span class="verdict ${verdict}">${verdictWords[verdict]}</span>`;

const facts = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('\n');

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};
const text = (value: string): string => value.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
