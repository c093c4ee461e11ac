import { describe } from 'vitest';
import { answers } from './lab/faults-after-open.ts';
import { answering, connecting } from './lab/faults-before-open.ts';
import { named } from './lab/named.ts';

describe('before there is an answer', () => {
  named(connecting);
});

describe('an answer instead of a handshake', () => {
  named(answering);
});

describe('an HTTP answer', () => {
  named(answers);
});
