import '../src/sandbox/start.ts';
