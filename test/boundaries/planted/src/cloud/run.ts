import '@google-cloud/run/build/src/v2/services_client.js';
import type {} from '@google-cloud/run';
import 'google-gax';
import '@grpc/grpc-js';
import '../domain/target.ts';
