// What any reader of a page needs, looked at by the browser itself: names for all that is asked and
// pressed, headings and tables in order, words and the frames of fields that stand out from their
// ground, and nothing wider than the screen.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

// Runs in the page, so it is text: our own types know of no document.
const names = `(() => {
  const found = [];
  const root = document.documentElement;
  if (root.lang === '') found.push('the page names no language');
  if (document.title === '') found.push('the page has no title');
  const headings = document.querySelectorAll('h1').length;
  if (headings !== 1) found.push(headings + ' first headings');
  let level = 0;
  for (const heading of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) found.push('a heading leaps to ' + next + ': ' + heading.textContent);
    level = next;
  }
  for (const field of document.querySelectorAll('input:not([type=hidden]),select,textarea')) {
    if (field.labels.length === 0 && !field.getAttribute('aria-label')) found.push(field.outerHTML);
  }
  for (const control of document.querySelectorAll('button,a[href]')) {
    const name = control.getAttribute('aria-label') ?? control.textContent;
    if (name.trim() === '') found.push(control.outerHTML);
  }
  for (const image of document.querySelectorAll('img:not([alt])')) found.push(image.outerHTML);
  for (const table of document.querySelectorAll('main table')) {
    const edge = table.closest('section, article, main').getBoundingClientRect().right;
    const scrolls = table.parentElement.scrollWidth > table.parentElement.clientWidth;
    if (!scrolls && table.getBoundingClientRect().right > edge) found.push('a table beyond its card');
    const name = table.getAttribute('aria-label') ?? table.caption?.textContent ?? '';
    if (name.trim() === '') found.push('a table without a name');
    if (table.querySelector('th') === null) found.push('a table without headers: ' + name);
    for (const th of table.querySelectorAll('th:not([scope])')) found.push(th.outerHTML);
  }
  if (root.scrollWidth > root.clientWidth) {
    found.push(root.scrollWidth + ' px wide on a screen of ' + root.clientWidth);
  }
  return found;
})()`;

// Contrast as WCAG 2.2 reckons it: 4.5 for words (1.4.3), 3 for large ones and for the frames of
// fields (1.4.11). What may not be pressed is exempt.
const contrast = `(() => {
  const found = new Set();
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const colour = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], a: a / 255 };
  };
  const over = (top, ground) => top.rgb.map((part, i) => part * top.a + ground[i] * (1 - top.a));
  const linear = (part) => part <= 10.3 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const line = (element) => {
    const all = [];
    for (let each = element; each !== null; each = each.parentElement) all.push(each);
    return all;
  };
  const groundOf = (element) => {
    const layers = line(element).map((each) => colour(getComputedStyle(each).backgroundColor));
    const solid = layers.findIndex(({ a }) => a === 1);
    const seen = layers.slice(0, solid < 0 ? undefined : solid + 1).reverse();
    return seen.reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
  };
  const isSeen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && getComputedStyle(element).visibility === 'visible';
  };
  const isFramed = (element) => parseFloat(getComputedStyle(element).borderTopWidth) > 0;
  const exempt = '[aria-disabled=true],[disabled],[aria-hidden=true],svg,script,style,noscript';
  const told = (element) => element.textContent.trim().slice(0, 30);
  for (const element of document.body.querySelectorAll('*')) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !isSeen(element) || element.closest(exempt) !== null) continue;
    const style = getComputedStyle(element);
    const shown = line(element).reduce((all, each) => all * getComputedStyle(each).opacity, 1);
    const ink = colour(style.color);
    const ground = groundOf(element);
    const reached = ratio(over({ rgb: ink.rgb, a: ink.a * shown }, ground), ground);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (reached < (isLarge ? 2.99 : 4.49)) found.add(reached.toFixed(2) + ' for ' + told(element));
  }
  for (const field of document.querySelectorAll('input:not([type=file]),select,textarea')) {
    const style = getComputedStyle(field);
    const isNative = /checkbox|radio/.test(field.type) && style.appearance !== 'none';
    if (field.disabled || isNative || !isSeen(field)) continue;
    // A password's frame is around the field and its eye.
    const box = !isFramed(field) && isFramed(field.parentElement) ? field.parentElement : field;
    const ground = groundOf(box.parentElement);
    const border = getComputedStyle(box).borderTopColor;
    const frame = isFramed(box) ? ratio(over(colour(border), ground), ground) : 1;
    const best = Math.max(frame, ratio(groundOf(box), ground));
    const name = field.getAttribute('aria-label') ?? field.labels[0]?.textContent ?? field.name;
    if (best < 2.99) found.add(best.toFixed(2) + ' for the frame of ' + name.trim());
  }
  return [...found];
})()`;

const settledWithinMs = 3_000;

/** Fails with all that a reader would stumble over. What fades in is given time to. */
export async function assertAccessible(page: Page): Promise<void> {
  const end = performance.now() + settledWithinMs;
  let faults: unknown[];
  do {
    faults = [
      ...(await page.evaluate<unknown[]>(names)),
      ...(await page.evaluate<unknown[]>(contrast)),
    ];
    if (faults.length > 0) await sleep(100);
  } while (faults.length > 0 && performance.now() < end);
  assert.deepEqual(faults, [], `${page.url()} is accessible and fits its screen`);
}
