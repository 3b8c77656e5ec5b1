// The look: calm and dense, numbers in columns of equal width, colour kept for states.
// Components are named by their names alone: what is imported here is a part of the first load.

import { Badge, Button, createTheme } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: 7,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1rem' } },
  },
  colors: {
    dark: [
      '#d4dade',
      '#b4bcc1',
      '#97a3ab',
      '#66727a',
      '#414b52',
      '#2e363b',
      '#232a2e',
      '#1b2023',
      '#131719',
      '#0d1012',
    ],
    petrol: [
      '#ecf8fa',
      '#d6eef2',
      '#a9dde6',
      '#79cbd9',
      '#55bccf',
      '#3fb0c6',
      '#2b93a8',
      '#16768a',
      '#155e75',
      '#0f4a5e',
    ],
    // Mantine's, a step darker from 7 on: white words on it can be read.
    red: [
      '#fff5f5',
      '#ffe3e3',
      '#ffc9c9',
      '#ffa8a8',
      '#ff8787',
      '#ff6b6b',
      '#fa5252',
      '#e03131',
      '#c92a2a',
      '#b02525',
    ],
  },
  components: {
    Badge: Badge.extend({
      defaultProps: {
        variant: 'light',
        radius: 'sm',
        tt: 'none',
        fz: 'xs',
        fw: 600,
        miw: 'max-content',
      },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Drawer: { defaultProps: { transitionProps: { duration: 120 } } },
  },
});
