import 'ioredis';
import '../domain/target.ts';
