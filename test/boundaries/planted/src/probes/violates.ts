import '../cloud/run.ts';
