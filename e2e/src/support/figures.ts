// Figures of a run, printed in one block at its end.

const figures: string[] = [];

/** Notes a figure: what it is, and the value with its unit. */
export function note(what: string, value: string): void {
  figures.push(`  ${what.padEnd(52)} ${value}`);
}

/** Prints all figures. */
export function printFigures(): void {
  console.log(['Figures of this run', ...figures].join('\n'));
}
