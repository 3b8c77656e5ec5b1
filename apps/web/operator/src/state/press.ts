// Holds back drawing while something is pressed. Answers that arrive between press and release
// would push a link away before it is released, and the click would be lost: they are drawn right
// after it.

/** A press that lasts longer is no click: something is selected, dragged or scrolled. */
const longestMs = 3_000;
/** A tap becomes a click a little after the finger has left. */
const tapMs = 80;

export type Press = {
  readonly down: () => void;
  readonly up: () => void;
  readonly clicked: () => void;
  /** Runs what draws, soon; while something is pressed, after its release. */
  readonly draw: (run: () => void) => void;
};

export function createPress(later: (run: () => void, delayMs: number) => void): Press {
  let press = 0;
  let isHeld = false;
  let waiting: (() => void)[] = [];
  const release = (): void => {
    isHeld = false;
    const runs = waiting;
    waiting = [];
    for (const run of runs) run();
  };
  const releaseAfter = (delayMs: number): void => {
    const mine = press;
    later(() => {
      if (isHeld && press === mine) release();
    }, delayMs);
  };
  return {
    down: () => {
      press += 1;
      isHeld = true;
      releaseAfter(longestMs);
    },
    up: () => releaseAfter(tapMs),
    clicked: () => releaseAfter(0),
    draw: (run) => {
      if (isHeld) waiting.push(run);
      else later(run, 0);
    },
  };
}

/** Follows the pointer of a page. */
export function followPointer(page: Pick<Window, 'addEventListener'>, press: Press): void {
  const on = (name: string, run: () => void) =>
    page.addEventListener(name, run, { capture: true, passive: true });
  on('pointerdown', press.down);
  on('pointerup', press.up);
  on('pointercancel', press.up);
  on('click', press.clicked);
}
