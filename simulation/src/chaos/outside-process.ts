// What a process of the world outside is told by the run that started it, and how it says that it
// listens. It ends with the run.

export type OutsidePlan = {
  readonly port: number;
  /** A file of lines: what was taken is in it before it is answered. */
  readonly journal: string;
  /** Of the webhooks' signature; empty where there is none. */
  readonly secret: string;
};

export function outsidePlan(): OutsidePlan {
  process.on('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2] ?? '') as OutsidePlan;
}

export const sayReady = (): void => {
  process.send?.('ready');
};
