// The text format of Prometheus, version 0.0.4: each figure with its help, its kind and its values.

export type Figure = {
  /** Without the prefix; a counter's ends in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge';
  readonly values: readonly Value[];
};
export type Value = {
  readonly of?: Readonly<Record<string, string>>;
  readonly value: number;
};

export const contentType = 'text/plain; version=0.0.4; charset=utf-8';

export const figure = (
  kind: Figure['kind'],
  [name, help]: readonly [name: string, help: string],
  values: number | readonly Value[],
): Figure => ({
  name,
  help,
  kind,
  values: typeof values === 'number' ? [{ value: values }] : values,
});

export function textOf(figures: readonly Figure[]): string {
  const lines = figures.flatMap(({ name, help, kind, values }) => [
    `# HELP prewatt_${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
    `# TYPE prewatt_${name} ${kind}`,
    ...values.map(({ of, value }) => `prewatt_${name}${labels(of ?? {})} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function labels(of: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(of).map(([label, text]) => `${label}="${escaped(text)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
