// How many of a thing, in English: "1 meter", "40 meters", "2 entries".

/** `one` is what a single one is called; `many` only where English has a plural of its own. */
export function countText(count: number | bigint, one: string, many = pluralOf(one)): string {
  return `${count} ${Number(count) === 1 ? one : many}`;
}

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}
