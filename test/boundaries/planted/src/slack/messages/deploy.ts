import type {} from '@slack/types';
import '../../domain/target.ts';
