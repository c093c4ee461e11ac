import { describe } from 'vitest';
import { healthy, opened } from './lab/faults-after-open.ts';
import { named, unaccused } from './lab/named.ts';

describe('an open connection', () => {
  named(opened);
});

describe('no false alarm', () => {
  unaccused(healthy);
});
