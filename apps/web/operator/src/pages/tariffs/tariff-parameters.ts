// Which facts of a connection a tariff document asks for.

export type Asked = {
  readonly name: string;
  readonly label: string;
  /** Empty: a number. */
  readonly choices: readonly string[];
};

/** Those that the utility does not publish; a document that is not there asks for nothing. */
export function parametersOf(document: unknown): Asked[] {
  const { parameters } = (document ?? {}) as { parameters?: unknown };
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.entries(parameters as Record<string, Record<string, unknown>>).flatMap(
    ([name, parameter]) => {
      if (parameter['of'] !== 'connection') return [];
      const choices = Array.isArray(parameter['choices']) ? parameter['choices'].map(String) : [];
      return [{ name, label: String(parameter['label'] ?? name), choices }];
    },
  );
}
