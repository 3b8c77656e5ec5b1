// What arrives while something is pressed is drawn once it is released, in its order, and never
// lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPress, followPointer } from './press.ts';

function aScreen() {
  const drawn: string[] = [];
  let nowMs = 0;
  let timers: { run: () => void; atMs: number }[] = [];
  const press = createPress((run, delayMs) => timers.push({ run, atMs: nowMs + delayMs }));
  const pass = (ms: number) => {
    nowMs += ms;
    const due = timers.filter(({ atMs }) => atMs <= nowMs);
    timers = timers.filter(({ atMs }) => atMs > nowMs);
    for (const { run } of due.sort((a, b) => a.atMs - b.atMs)) run();
  };
  return { press, drawn, pass, draw: (what: string) => press.draw(() => drawn.push(what)) };
}

test('with nothing pressed it is drawn at once', () => {
  const { drawn, draw, pass } = aScreen();
  draw('a');
  pass(0);
  assert.deepEqual(drawn, ['a']);
});

test('what arrives during a press waits for the click, and keeps its order', () => {
  const { press, drawn, draw, pass } = aScreen();
  press.down();
  draw('a');
  draw('b');
  pass(300);
  assert.deepEqual(drawn, []);
  press.up();
  press.clicked();
  draw('c');
  pass(0);
  draw('d');
  pass(0);
  assert.deepEqual(drawn, ['a', 'b', 'c', 'd']);
});

test('a tap is waited for a little after the finger has left', () => {
  const { press, drawn, draw, pass } = aScreen();
  press.down();
  draw('a');
  press.up();
  pass(40);
  assert.deepEqual(drawn, []);
  pass(40);
  assert.deepEqual(drawn, ['a']);
});

test('a press without an end holds nothing up for good', () => {
  const { press, drawn, draw, pass } = aScreen();
  press.down();
  draw('a');
  pass(3_000);
  draw('b');
  pass(0);
  assert.deepEqual(drawn, ['a', 'b']);
});

test('the end of an earlier press does not release the next one', () => {
  const { press, drawn, draw, pass } = aScreen();
  press.down();
  press.up();
  pass(50);
  press.down();
  draw('a');
  pass(50);
  assert.deepEqual(drawn, []);
  press.clicked();
  pass(0);
  assert.deepEqual(drawn, ['a']);
});

test('it follows the pointer of the page', () => {
  const { press, drawn, draw, pass } = aScreen();
  const page = new EventTarget();
  followPointer(page as Pick<Window, 'addEventListener'>, press);
  page.dispatchEvent(new Event('pointerdown'));
  draw('a');
  pass(10);
  assert.deepEqual(drawn, []);
  page.dispatchEvent(new Event('pointerup'));
  page.dispatchEvent(new Event('click'));
  pass(0);
  assert.deepEqual(drawn, ['a']);
});
