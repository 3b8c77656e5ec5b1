// A box that searches while one types; what is sought stands in the page's address.

import { TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { SearchIcon } from './icons.tsx';

type SearchBoxProps = {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
};

// The address follows the typing after a short rest, so that each letter is not a request.
export function SearchBox({ label, placeholder, value, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  // An address that changed otherwise (back, a link) fills the box; our own, arriving late, must
  // not undo further typing.
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (text === value) return;
    const id = setTimeout(() => {
      sent.current = text;
      onSearch(text);
    }, 250);
    return () => clearTimeout(id);
  });
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<SearchIcon />}
      value={text}
      maxLength={100}
      onChange={(event) => setText(event.currentTarget.value)}
      style={{ flex: '1 1 16rem', maxWidth: '26rem' }}
    />
  );
}
