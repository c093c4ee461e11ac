import type {} from './violates-cycle-a.ts';
