import type {} from '@slack/web-api';
