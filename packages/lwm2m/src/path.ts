// Where a value stands: object, instance, resource, and instance of a resource. "/3/0/13" and back.

/** Each level only where those above it are there. */
export type Path = {
  readonly object: number;
  readonly instance?: number;
  readonly resource?: number;
  readonly resourceInstance?: number;
};

/** 65,535 is kept for "none" (LwM2M 1.1 core, 7.1). */
const highestId = 65_534;
const levels = ['object', 'instance', 'resource', 'resourceInstance'] as const;

/** Null: it is no path of one to four numbers. */
export function pathOf(segments: readonly string[]): Path | null {
  if (segments.length < 1 || segments.length > 4) return null;
  const path: Partial<Record<(typeof levels)[number], number>> = {};
  for (const [index, segment] of segments.entries()) {
    const level = levels[index];
    if (level === undefined || !/^(0|[1-9]\d{0,4})$/.test(segment)) return null;
    const id = Number(segment);
    if (id > highestId) return null;
    path[level] = id;
  }
  return path as Path;
}

export const parsePath = (text: string): Path | null =>
  text.startsWith('/') ? pathOf(text.slice(1).split('/')) : null;

export const segmentsOf = (path: Path): string[] =>
  levels.flatMap((level) => (path[level] === undefined ? [] : [String(path[level])]));

export const pathText = (path: Path): string => `/${segmentsOf(path).join('/')}`;

/** The same, or further up. */
export const isWithin = (path: Path, above: Path): boolean =>
  levels.every((level) => above[level] === undefined || above[level] === path[level]);
