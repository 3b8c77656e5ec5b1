// What a page fetches once it is there: it keeps itself on the phone by the worker, says what is
// wrong with that or with the phone's clock, heals when the connection is back, copies and prints.
// Nothing of a page needs it.

import { ageText } from '../live-labels.ts';
import { type LanguageCode, languages, wordsOf } from '../text/languages.ts';
import { fill, numberText } from '../text/message.ts';
import { keptText, workerPath } from './worker.ts';

const behaviour = `
const find = (selector) => document.querySelector(selector);
const main = find('main');

const offer = () => {
  for (const button of document.querySelectorAll('[data-copy],[data-print]')) button.hidden = false;
};
offer();

const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) throw new Error('copy refused');
};
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  if ('print' in button.dataset) print();
  if (!button.dataset.copy) return;
  const before = button.textContent;
  try { await copy(button.dataset.copy); button.textContent = voice.app.copied; }
  catch { button.textContent = voice.app.holdToCopy; }
  setTimeout(() => { button.textContent = before; }, 2500);
});

const home = find('[data-voice]');
const [, decimal = '.', digits = ''] = home ? home.dataset.voice.split('|') : [];
Object.assign(voice, { decimal, digits });

// One line above the page for each thing to say.
const say = (what, text) => {
  let line = find('[data-note=' + what + ']');
  if (!line && text) {
    line = document.createElement('p');
    line.className = 'offline';
    line.setAttribute('role', 'status');
    line.dataset.note = what;
    main.prepend(line);
  }
  if (line) { line.textContent = text; line.hidden = !text; }
};

// A page that came from the phone, until the server answers again.
const kept = find('[data-kept]');
if (kept) {
  const notice = find('[data-offline]');
  if (notice) notice.style.display = 'none';
  const heal = async () => {
    kept.textContent = keptText(Number(kept.dataset.kept), voice);
    const answer = await fetch(location.pathname + location.search, { cache: 'no-store' });
    if (answer.status < 500) location.reload();
  };
  const tryIt = () => heal().catch(() => {});
  addEventListener('online', tryIt);
  setInterval(tryIt, 15000);
}

const ask = (worker) => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  // However long that takes on a slow phone.
  port1.onmessage = ({ data }) => resolve(data);
  worker.postMessage({ voice, path: location.pathname }, [port2]);
});

const clockText = ({ heard, nowMs }) => {
  if (!heard) return '';
  const wrongMs = Date.now() - heard.serverMs - (nowMs - heard.atMs);
  if (Math.abs(wrongMs) < 600000) return '';
  const message = wrongMs > 0 ? voice.app.clockAhead : voice.app.clockBehind;
  return fill(message, { age: ageText(Math.abs(wrongMs), voice) }, voice);
};

// The page itself and its files, through the worker, which keeps them.
const fetchOwn = async () => {
  const files = [...document.querySelectorAll('link[rel=stylesheet],script[src]')];
  const paths = files.map((each) => each.href || each.src);
  const { app } = find('[data-app]').dataset;
  for (const path of [...paths, app]) await (await fetch(path)).text();
  await (await fetch(location.pathname)).text();
};

const look = async () => {
  const worker = navigator.serviceWorker.controller;
  if (!worker || kept) return;
  const isBehind = !worker.scriptURL.endsWith(workerPath);
  say('version', isBehind ? voice.app.behind : '');
  if (isBehind) return;
  let state = await ask(worker);
  if (isPersonal && !state.isThere) {
    await fetchOwn();
    state = await ask(worker);
  }
  say('room', isPersonal && state.noRoom ? voice.app.noRoom : '');
  say('clock', clockText(state));
};

const isPersonal = /^\\/(connections|sales)\\/[^/]+$/.test(location.pathname);
if (find('link[rel=manifest]') && 'serviceWorker' in navigator && 'caches' in window) {
  const workers = navigator.serviceWorker;
  const before = workers.controller;
  workers.addEventListener('controllerchange', async () => {
    await look().catch(() => {});
    if (before && !kept) say('version', voice.app.renewed);
  });
  workers.register(workerPath).catch(() => {});
  // A newer worker may be long in coming.
  look().catch(() => {});
}

// A token that comes while the page is open is kept, too.
const sale = find('[data-sale-url]');
if (sale) {
  let timer = 0;
  new MutationObserver(() => {
    offer();
    clearTimeout(timer);
    timer = setTimeout(() => { fetch(location.pathname).catch(() => {}); }, 1000);
  }).observe(sale, { childList: true });
}
`;

const functions = [numberText, fill, ageText].map(String).join('\n');

/** The script's text, in a scope of its own; `stylePath` is for what the worker shows alone. */
export function appScriptIn(language: LanguageCode, stylePath: string): string {
  const { app, live } = wordsOf(language);
  const { minutes, hours, days } = live;
  const { dir } = languages[language];
  const voice = { language, dir, style: stylePath, words: { minutes, hours, days }, app };
  const constants = [
    ['voice', voice],
    ['workerPath', workerPath],
  ].map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  return `(() => {\n'use strict';\n${constants.join('\n')}\n${functions}\n${keptText}${behaviour}})();\n`;
}
