import 'ws';
import '../domain/target.ts';
