import '../../queue/names.ts';
