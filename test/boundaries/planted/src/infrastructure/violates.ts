import '../queue/names.ts';
