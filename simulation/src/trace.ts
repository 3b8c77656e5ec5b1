// What happened to whom, in order: the story that a failure tells. Bounded per home.

import type { TownHome } from './utility.ts';

const linesPerHome = 400;

export type Trace = {
  readonly add: (subject: Pick<TownHome, 'index'> | 'town', text: string) => void;
  /** The story of a home and of the town around it, in order. */
  readonly of: (index: number) => string[];
};

type Line = { readonly order: number; readonly text: string };

export function createTrace(time: () => { readonly tick: number; readonly nowMs: number }): Trace {
  const stories = new Map<number, Line[]>();
  let order = 0;
  return {
    add: (subject, text) => {
      const index = subject === 'town' ? -1 : subject.index;
      const story = stories.get(index) ?? [];
      stories.set(index, story);
      const { tick, nowMs } = time();
      order += 1;
      story.push({ order, text: `tick ${tick} (${new Date(nowMs).toISOString()}) ${text}` });
      if (story.length > linesPerHome) story.shift();
    },
    of: (index) =>
      [...(stories.get(index) ?? []), ...(stories.get(-1) ?? [])]
        .sort((a, b) => a.order - b.order)
        .map(({ text }) => text),
  };
}
