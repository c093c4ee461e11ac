import '@google-cloud/run';
import 'google-gax';
import '@grpc/grpc-js';
import '../domain/target.ts';
