// The sandbox's own style sheet and script, as text. Light and dark, 360 px first.

import { createHash } from 'node:crypto';

const style = `:root{color-scheme:light dark;--ground:#eef0f4;--card:#fff;--line:#d3d8e0;--ink:#1a2030;--soft:#545d70;--accent:#3447a8;--on-accent:#fff;--bubble:#e4e8f7;--good:#0c6a45;--bad:#a02015;--warn:#784700;--shell:#20242e}
@media(prefers-color-scheme:dark){:root{--ground:#10131a;--card:#1a1f2a;--line:#384052;
  --ink:#eef1f8;--soft:#a8b1c4;--accent:#aab6ff;--on-accent:#10163a;--bubble:#28304a;
  --good:#6ddcab;--bad:#ff9c90;--warn:#f0c470;--shell:#05070b}}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 system-ui,
  -apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
h1,h2,p,ul,ol,dl,dd{margin:0;padding:0}
h1{font-size:1.375rem;line-height:1.25}
h2{font-size:1.0625rem}
ul,ol{list-style:none}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.top{display:flex;flex-wrap:wrap;gap:0 1.25rem;align-items:center;padding:.25rem 1rem;
  background:var(--card);border-bottom:1px solid var(--line);font-size:.9375rem}
.top b{margin-right:auto}
.top a{display:inline-block;padding:.625rem 0}
.top b a{color:inherit;text-decoration:none}
main{max-width:34rem;margin:0 auto;padding:1rem}
.soft{color:var(--soft);font-size:.9375rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.875rem;padding:1rem;
  margin-top:1rem}
.card>*+*{margin-top:.75rem}
.amount{font-size:2.25rem;font-weight:700;line-height:1.1}
button,.button{display:block;width:100%;font:inherit;font-weight:600;text-align:center;
  text-decoration:none;min-height:3rem;padding:.625rem 1rem;border:2px solid var(--accent);
  border-radius:.75rem;background:none;color:var(--accent);cursor:pointer}
.main,.button{background:var(--accent);color:var(--on-accent)}
.refuse{border-color:var(--bad);color:var(--bad)}
form>*+*{margin-top:.625rem}
fieldset>*+*{margin-top:.625rem}
fieldset{border:1px solid var(--line);border-radius:.75rem;padding:.75rem;margin:.75rem 0 0}
legend{font-weight:600;padding:0 .25rem}
select{font:inherit;min-height:3rem;padding:.5rem;border:2px solid var(--soft);
  border-radius:.75rem;background:var(--card);color:var(--ink);width:100%}
dl>div{display:flex;justify-content:space-between;gap:1rem;padding:.25rem 0}
dt{color:var(--soft);flex:none}
dd{text-align:right}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.list li{border-top:1px solid var(--line);padding:.625rem 0}
.list>li:first-child{border-top:0}
.list li li{border:0;padding:0}
.row{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem}
.small{width:auto;min-height:2.75rem;padding:.375rem 1rem;margin-top:.5rem;font-size:.9375rem}
.phone{display:flex;flex-direction:column;background:var(--card);border:1px solid var(--line);
  border-radius:1.25rem;overflow:hidden;min-height:calc(100vh - 6rem)}
.bar{display:flex;justify-content:space-between;padding:.375rem 1rem;background:var(--shell);
  color:#fff;font-size:.875rem}
.title{padding:.75rem 1rem;border-bottom:1px solid var(--line)}
.title a{text-decoration:none}
.inbox{flex:1;display:flex;flex-direction:column}
.inbox .list a{display:block;padding:.5rem 1rem;color:inherit;text-decoration:none}
.inbox .list li{padding:.25rem 0}
.inbox .soft{display:block}
.cut{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
.chat{display:flex;flex-direction:column;justify-content:flex-end;flex:1;gap:.75rem;padding:1rem}
.bubble{max-width:88%;align-self:flex-start;background:var(--bubble);
  border-radius:.25rem 1.125rem 1.125rem;padding:.625rem .875rem;white-space:pre-line}
.chat .small{margin-top:.25rem}
.chat time{display:block;color:var(--soft);font-size:.8125rem;margin:.125rem .25rem 0}
.digits{font:700 1.1875rem/1.4 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;
  user-select:all;-webkit-user-select:all}
.empty{margin:auto;padding:2rem;text-align:center;color:var(--soft)}
@media(min-width:700px){.phone{width:25rem;min-height:42rem;margin:1rem auto;
  border:.625rem solid var(--shell);border-radius:2.25rem}}
`;

const script = `(() => {
'use strict';
const offerCopies = () => {
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
};
offerCopies();

const moving = document.querySelector('[data-live]');
if (moving) {
  const toEnd = () => {
    if ('end' in moving.dataset) scrollTo(0, document.documentElement.scrollHeight);
  };
  toEnd();
  let shown = '';
  const source = new EventSource(moving.dataset.live);
  source.addEventListener('fragment', (message) => {
    const { html } = JSON.parse(message.data);
    if (html === shown) return;
    const first = shown === '';
    shown = html;
    const open = moving.contains(document.activeElement) && document.activeElement.tagName === 'SELECT';
    if (open) return;
    moving.innerHTML = html;
    offerCopies();
    if (!first || 'end' in moving.dataset) toEnd();
  });
  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
}

const clock = document.querySelector('[data-now]');
if (clock) {
  const { now, speed, zone } = clock.dataset;
  const began = Date.now();
  const form = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  setInterval(() => {
    clock.textContent = form.format(Number(now) + (Date.now() - began) * Number(speed));
  }, 500);
}

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const before = button.textContent;
  try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = 'Copied'; }
  catch { button.textContent = 'Hold a finger on the digits to copy'; }
  setTimeout(() => { button.textContent = before; }, 2000);
});
})();
`;

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#3447a8"/><path d="M8 9h16v11H15l-4 4v-4H8z" fill="#fff"/></svg>
`;

export type Asset = { readonly path: string; readonly contentType: string; readonly body: string };

export const styleAsset = asset('css', 'text/css; charset=utf-8', style);
export const scriptAsset = asset('js', 'text/javascript; charset=utf-8', script);
export const iconAsset = asset('svg', 'image/svg+xml', icon);

function asset(extension: string, contentType: string, body: string): Asset {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { path: `/assets/sandbox.${hash}.${extension}`, contentType, body };
}
