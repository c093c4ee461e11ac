import type {} from '@napi-rs/canvas';
