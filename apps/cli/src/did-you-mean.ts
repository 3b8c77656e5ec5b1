// The word that was probably meant, for a group, command or option that is none.

/** Letters typed wrong, left out, doubled or swapped: few enough to be the same word. */
const nearEnough = (typed: string): number => (typed.length < 5 ? 1 : 2);

/** The nearest of `known`; null when none is near. */
export function nearest(typed: string, known: Iterable<string>): string | null {
  let best: { readonly word: string; readonly distance: number } | null = null;
  for (const word of known) {
    const begins = typed.length >= 3 && word.startsWith(typed);
    const distance = begins ? 1 : distanceOf(typed, word);
    if (best === null || distance < best.distance) best = { word, distance };
  }
  return best !== null && best.distance <= nearEnough(typed) ? best.word : null;
}

/** " Did you mean X?", or nothing. */
export function didYouMean(typed: string, known: Iterable<string>, before = ''): string {
  const word = nearest(typed, known);
  return word === null ? '' : `. Did you mean "${before}${word}"?`;
}

/** How many letters are to be changed, added, left out or swapped with the next one. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + same,
      );
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      line.push(least);
    }
    before = above;
    above = line;
  }
  return above[b.length] ?? 0;
}
