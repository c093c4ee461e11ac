import type {} from '@octokit/rest';
