import type {} from 'bullmq';
