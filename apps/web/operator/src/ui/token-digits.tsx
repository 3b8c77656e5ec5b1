// Tokens to be read aloud or typed, in their order, in groups of four.

import { Code } from '@mantine/core';

export function TokenDigits({ tokens }: { tokens: readonly string[] }) {
  return (
    <ol style={{ margin: 0, paddingInlineStart: '1.5rem' }} aria-label="Tokens">
      {tokens.map((token) => (
        <li key={token} style={{ marginBlock: 4 }}>
          <Code fz="md">{token.replace(/(\d{4})(?=\d)/g, '$1 ')}</Code>
        </li>
      ))}
    </ol>
  );
}
