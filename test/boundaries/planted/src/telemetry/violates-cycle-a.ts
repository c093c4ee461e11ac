import type {} from './violates-cycle-b.ts';
