// Short sentences one below the other, as a list.

export function Points({ of }: { of: readonly string[] }) {
  return (
    <ul
      style={{ margin: 0, paddingInlineStart: '1.2rem', fontSize: 'var(--mantine-font-size-sm)' }}
    >
      {of.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}
