// What a look at one piece of an installation has found. The start of the server and `prewatt
// doctor` ask the same checks.

export const areas = [
  'database',
  'secrets',
  'addresses',
  'schema',
  'role',
  'sign-in',
  'clocks',
  'keys',
  'certificates',
  'disk',
  'broker',
  'provider',
  'gateway',
  'mail',
] as const;
export type Area = (typeof areas)[number];

export type Finding = {
  readonly area: Area;
  /** `fault`: it does not work, or is not safe. `warning`: it works, and somebody should look. */
  readonly level: 'ok' | 'warning' | 'fault';
  readonly text: string;
  readonly advice?: string;
};

export type Check = () => Promise<readonly Finding[]> | readonly Finding[];

/** Areas whose faults a server does not start with: it would be unsafe, or refuse each sale. */
export const startAreas: ReadonlySet<Area> = new Set([
  ...(['secrets', 'addresses', 'schema', 'role', 'sign-in', 'keys'] as const),
]);

export const well = (area: Area, text: string): Finding => ({ area, level: 'ok', text });
export const fault = (area: Area, text: string, advice: string): Finding => ({
  ...{ area, text, advice },
  level: 'fault',
});
export const warning = (area: Area, text: string, advice: string): Finding => ({
  ...{ area, text, advice },
  level: 'warning',
});

/**
 * A check that throws is a fault of its area: what `known` makes of it, or in the words of what was
 * thrown.
 */
export async function findingsOf(
  area: Area,
  check: Check,
  known: (error: unknown) => Finding | null = () => null,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    const finding = known(error);
    if (finding !== null) return [finding];
    const { code, message = '' } = error as { code?: string; message?: string };
    const why = message === '' ? (code ?? String(error)) : message;
    return [fault(area, `it could not be looked at: ${why}`, 'Mend this first, and look again.')];
  }
}

/** Lines for people: the level, the area, the text, and under it what to do. */
export const linesOf = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap(({ area, level, text, advice }) => [
    `${level.padEnd(8)} ${area.padEnd(13)} ${text}`,
    ...(advice === undefined ? [] : [`${' '.repeat(23)}${advice}`]),
  ]);
