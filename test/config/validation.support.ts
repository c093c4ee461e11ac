import { changed } from './support.ts';

/** The small file with a validation of its service: every line of it is indented by six. */
export const withValidation = (...lines: readonly string[]): string =>
  changed(
    'environments:',
    `    validation:\n${lines.map((line) => `      ${line}\n`).join('')}environments:`,
  );

/** A journey with these steps, to stand in a validation. */
export const journey = (...steps: readonly string[]): readonly string[] => [
  'journeys:',
  '  - name: golden path',
  '    steps:',
  ...steps.map((step) => `      - ${step}`),
];
