// application/x-www-form-urlencoded bodies of gateways, as pairs that keep repeats.

/** The fields; a repeated name keeps its first value. */
export function formFields(raw: Uint8Array | string): Readonly<Record<string, string>> {
  const text = typeof raw === 'string' ? raw : new TextDecoder().decode(raw);
  const fields: Record<string, string> = Object.create(null);
  if (text.length > 200_000) return fields;
  for (const [name, value] of new URLSearchParams(text)) fields[name] ??= value;
  return fields;
}
