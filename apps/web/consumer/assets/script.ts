// The only script of the pages, one for each language. It makes better what already works without
// it: moves the numbers, follows a sale, and says when the page is out of touch. When the page is
// there it fetches what is only useful then (app-script.ts).
// Sent as text; the sentences come from live-labels.ts and the language's file: one source.

import { type LiveVoice, liveWordFunctions } from '../live-labels.ts';
import { type LanguageCode, wordsOf } from '../text/languages.ts';

/** A voice without its words, for an attribute of the page that the script reads. */
export const voiceData = (o: Omit<LiveVoice, 'words' | 'language'>): string =>
  [o.zone, o.decimal, o.digits, o.halves ?? [], o.weekdays, o.months].join('|');

const behaviour = `
const find = (selector) => document.querySelector(selector);
const notice = find('[data-offline]');

// An EventSource that rests while nobody looks (data costs money) and comes back by itself, also
// after a refusal.
const follow = (url, event, onData, onState) => {
  let source = null;
  let again = 0;
  const stop = () => { clearTimeout(again); if (source) source.close(); source = null; };
  const start = () => {
    stop();
    source = new EventSource(url);
    source.addEventListener(event, (message) => {
      onState(true);
      onData(JSON.parse(message.data));
    });
    source.onopen = () => onState(true);
    source.onerror = () => {
      onState(false);
      if (source && source.readyState === EventSource.CLOSED) again = setTimeout(start, 15000);
    };
  };
  const look = () => (document.hidden ? stop() : start());
  document.addEventListener('visibilitychange', look);
  addEventListener('pagehide', stop);
  addEventListener('pageshow', (shown) => { if (shown.persisted) look(); });
  addEventListener('offline', () => onState(false));
  addEventListener('online', look);
  look();
  return stop;
};

// Says that the page is out of touch, but not for a hiccup.
const outOfTouch = (text) => {
  let timer = 0;
  return (connected) => {
    clearTimeout(timer);
    if (connected) { notice.hidden = true; return; }
    timer = setTimeout(() => { notice.textContent = text(); notice.hidden = false; }, 2000);
  };
};

const sale = find('[data-sale-url]');
if (sale && !('final' in sale.dataset)) {
  let shown = '';
  const stop = follow(sale.dataset.saleUrl, 'sale', (change) => {
    if (change.html === shown) return;
    shown = change.html;
    const before = sale.querySelector('h1').textContent;
    const unfolded = sale.querySelector('details[open]');
    sale.innerHTML = change.html;
    const help = sale.querySelector('details');
    if (help && unfolded) help.open = true;
    const title = sale.querySelector('h1').textContent;
    if (title !== before) find('[data-said]').textContent = title;
    if (sale.querySelector('[data-final]')) stop();
  }, outOfTouch(() => texts.script.mayBeBehind));
}

// One payment, also for a finger that taps twice.
document.addEventListener('submit', (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

const { app } = document.currentScript.dataset;
if (app) addEventListener('load', () => import(app).catch(() => {}));
`;

// Of the home page: the numbers move on without the server's words.
const moving = `
const home = find('[data-live-url]');
if (home) {
  const [zone, decimal, digits, halves, weekdays, months] = home.dataset.voice.split('|');
  const voice = {
    language, zone, decimal, digits, words: texts.live,
    halves: halves ? halves.split(',') : null,
    weekdays: weekdays.split(','),
    months: months.split(','),
  };
  const speed = Number(home.dataset.speed);
  let latest = null;
  let heardAt = Date.now();
  let numbersMs = Number(home.dataset.now);
  const draw = () => {
    const nowMs = numbersMs + (Date.now() - heardAt) * speed;
    const clock = find('[data-clock]');
    if (clock) clock.textContent = clockText(nowMs, voice);
    if (!latest) return;
    const words = liveLabels({ ...latest, nowMs }, voice);
    for (const place of home.querySelectorAll('[data-live]')) {
      const text = words[place.dataset.live];
      if (place.textContent !== text) place.textContent = text;
    }
    find('[data-tone]').dataset.tone = words.tone;
  };
  // What the numbers of the moment do not draw: days and purchases, once a minute at most, and only
  // when there is news. Nothing is taken from under a reader's finger.
  let renewedAt = heardAt;
  const renew = async () => {
    if (Date.now() - renewedAt < 60000) return;
    renewedAt = Date.now();
    const answer = await fetch(location.href);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const place of document.querySelectorAll('[data-fresh]')) {
      const fresh = page.querySelector('[data-fresh=' + place.dataset.fresh + ']');
      if (!fresh || place.contains(document.activeElement)) continue;
      if (place.querySelector('details[open]')) fresh.querySelector('details').open = true;
      place.replaceWith(fresh);
    }
    draw();
  };
  follow(home.dataset.liveUrl, 'live', (live) => {
    latest = live;
    heardAt = Date.now();
    numbersMs = live.nowMs;
    draw();
    renew().catch(() => {});
  }, outOfTouch(() => {
    const time = clockText(numbersMs, voice);
    return fill(texts.script.notConnected, { time }, voice);
  }));
  setInterval(draw, 5000);
}
`;

const functions = lean(behaviour);
const ofHome = lean(`${liveWordFunctions.map(String).join('\n')}\n${behaviour}${moving}`);

/** The script's text: strict, in a scope of its own. That of home has the words of a meter. */
export function scriptSourceIn(language: LanguageCode, of: 'home' | 'others'): string {
  const { live, script } = wordsOf(language);
  const texts = JSON.stringify(of === 'home' ? { live, script } : { script });
  const rest = of === 'home' ? ofHome : functions;
  return `(() => {'use strict';const language='${language}',texts=${texts};\n${rest}})();\n`;
}

// What is for readers of the source is not worth sending: comments on lines of their own, indents,
// the blanks that Node leaves where types were, line ends beside a bracket, a comma or a semicolon,
// and blanks around operators and brackets that no sentence has. No text of the script spans lines.
function lean(source: string): string {
  return (
    source
      .replace(/[ \t]+$/gm, '')
      .replace(/^ *(\/\/.*)?\n/gm, '')
      .replace(/^ +/gm, '')
      .replace(/(\S) {2,}/g, '$1 ')
      .replace(/([{;,(])\n/g, '$1')
      .replace(/\n(?=[})])/g, '')
      .replace(/ (=>|===|!==|\?\?|&&|\|\||[<>]?=|[?:<>*/%+-]) /g, '$1')
      .replace(/(\w) (?=[,)])/g, '$1')
      .replace(/\b(if|for|while|catch) (?=\()/g, '$1')
      .replace(/\) \{/g, '){')
      // The one text with commas is the pattern of plurals.
      .replace(/, (?!plural,|\(\(\?)/g, ',')
      .replace(/\{ /g, '{')
      .replace(/ \}/g, '}')
  );
}
