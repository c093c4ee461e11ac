import { z } from 'zod';
import { text } from './fields.ts';
import { secret } from './validation/fields.ts';

const CLOSE = 'true or false';

/** Where issues are, and who comments there. */
export const github = z
  .strictObject({
    repository: text({
      description: 'Where the issues are. Default: the repository that the service is built from.',
      expected: 'owner/name of a repository such as example/chat',
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[\w.-]{1,100}$/,
      example: 'example/chat',
    }).optional(),
    token: secret(
      'A token that may write to issues. Without it issues are linked, and not commented on.',
      'GITHUB_TOKEN',
    )
      .refine((token) => /^[\x21-\x7e]{1,1000}$/.test(token), {
        error: 'a variable that holds a token without white space',
      })
      .optional(),
    apiUrl: text({
      description: 'Where the API is, for a GitHub Enterprise Server. Default: https://api.github.com.',
      expected: 'https:// and a host (http:// only to this machine)',
      pattern:
        /^(?:https:\/\/[\w.-]+(?::\d{1,5})?|http:\/\/(?:127(?:\.\d+){3}|\[::1\]|localhost)(?::\d{1,5})?)(?:\/[\w.~-]+)*$/,
      example: 'https://github.example.com/api/v3',
    }).optional(),
    close: z
      .boolean({ error: CLOSE })
      .default(false)
      .meta({ description: 'Whether an issue that is shown to be resolved is closed.', examples: [false] }),
  })
  .meta({
    description: 'How issue:128 is linked, and who comments there.',
    examples: [{ token: '${env:GITHUB_TOKEN}' }],
  });
