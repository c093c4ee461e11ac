/** 100 environments of 3 services each. */
export const environments = Array.from({ length: 100 }, (_, index) => `env-${index}`);
export const services = ['backend', 'frontend', 'auth'] as const;
