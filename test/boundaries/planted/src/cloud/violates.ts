import '../probes/http.ts';
