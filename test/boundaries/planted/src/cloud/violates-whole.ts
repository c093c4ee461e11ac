import '@google-cloud/run';
