import '@slack/web-api';
