import 'zod';
import 'node:crypto';
