// What a browser says of itself, in the words that people know: "Firefox on Windows".

const programs = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const;

const firstIn = (said: string, of: readonly (readonly [string, string])[]): string | undefined =>
  of.find(([part]) => said.includes(part))?.[1];

/** `said`: the header User-Agent; the first word of what is not a browser. */
export function programText(said: string | null): string {
  if (said === null) return 'Unknown program';
  const program = firstIn(said, programs) ?? said.split(/[\s/]/)[0] ?? said;
  const system = firstIn(said, systems);
  return system === undefined ? program : `${program} on ${system}`;
}
