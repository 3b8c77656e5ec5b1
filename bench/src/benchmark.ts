// What each benchmark is to the table of them.

/** A benchmark prints text and gives the object for its JSON line. */
export type Benchmark = (print: (line: string) => void) => Promise<object>;
