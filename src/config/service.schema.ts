import { z } from 'zod';
import { duration, RELATIVE_PATH, text } from './fields.ts';
import { template } from './template.schema.ts';
import { validation } from './validation/validation.schema.ts';

const SECOND = 1_000;
const DAY = 86_400_000;

const run = text({
  description: 'Cloud Run service name, at most 40 characters. Default: the key.',
  // Cloud Run allows a tag and a service name 46 characters together; six are kept for the tag and its dashes.
  expected: 'a Cloud Run service name of at most 40 lower-case letters, digits and -, such as backend',
  pattern: /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
  example: 'backend',
});

const repository = text({
  description:
    'Where the source is: an https:// Git URL without a password, or a repository connected to Cloud Build ' +
    '(projects/P/locations/R/connections/C/repositories/R).',
  expected:
    'an https:// Git URL without user or password, or projects/P/locations/R/connections/C/repositories/R',
  pattern:
    /^(?:https:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[A-Za-z0-9._~-]+)+\/?|projects\/[a-z0-9.:-]+\/locations\/[a-z0-9-]+\/connections\/[A-Za-z0-9_-]+\/repositories\/[A-Za-z0-9._-]+)$/,
  example: 'https://github.com/example/chat.git',
});

const image = text({
  description:
    'Image name in Artifact Registry, without tag or digest: a deploy always names the digest it built.',
  expected:
    'an image name without tag or digest such as us-central1-docker.pkg.dev/chat-staging/apps/backend',
  pattern:
    /^(?=.{3,255}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)+$/,
  example: 'us-central1-docker.pkg.dev/chat-staging/apps/backend',
});

const serviceAccount = text({
  description: 'Service account that runs the build. Default: the one of the project.',
  expected:
    'a service account such as build@chat-staging.iam.gserviceaccount.com, or projects/P/serviceAccounts/EMAIL',
  pattern:
    /^(?:[a-z0-9-]+@[a-z][a-z0-9-]+\.iam\.gserviceaccount\.com|projects\/[a-z0-9.:-]+\/serviceAccounts\/[a-z0-9@.-]+)$/,
  example: 'build@chat-staging.iam.gserviceaccount.com',
});

const TIER = 'a whole number from 1 to 5 such as 1';

const line = (description: string, example: string) =>
  text({
    description,
    expected: 'a text of 1 to 200 characters on one line',
    pattern: /^[^\p{Cc}]{1,200}$/u,
    example,
  }).optional();

const build = z
  .strictObject({
    repository,
    directory: text({
      description: 'Folder of the service inside the repository.',
      expected: 'a folder inside the repository such as services/backend',
      pattern: RELATIVE_PATH,
      example: 'backend',
    }).prefault('.'),
    dockerfile: text({
      description: 'The Dockerfile, relative to the directory.',
      expected: 'a file inside the directory such as Dockerfile',
      pattern: RELATIVE_PATH,
      example: 'Dockerfile',
    }).prefault('Dockerfile'),
    image,
    timeout: duration({
      description: 'How long a build may take.',
      fromMs: SECOND,
      toMs: DAY,
      fallback: '10m',
    }),
    serviceAccount: serviceAccount.optional(),
    trigger: text({
      description:
        'Name or id of the Cloud Build trigger of this source: `/rounds … watch` begins the next round with what it builds.',
      expected: 'the name or the id of a Cloud Build trigger such as backend-main',
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,63})$/,
      example: 'backend-main',
    }).optional(),
    with: z
      .enum(['cloud-build', 'docker'], { error: 'cloud-build or docker' })
      .default('cloud-build')
      .meta({
        description:
          'Who builds: Cloud Build, or the Docker of the worker with Buildx, which takes an https:// Git URL only. A deploy with build:local takes docker in any case.',
        examples: ['docker'],
      }),
  })
  .meta({
    description: 'How the image is made.',
    examples: [
      { repository: 'https://github.com/example/chat.git', image: 'us-docker.pkg.dev/p/apps/backend' },
    ],
  });

const STATUS_EXPECTED = 'an HTTP status from 100 to 599 such as 200';

const check = z
  .strictObject({
    path: text({
      description: 'Path and optional query on the candidate.',
      expected: 'a path that starts with / such as /health',
      pattern: /^\/(?!\/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,1000}$/,
      example: '/health',
    }).prefault('/health'),
    status: z
      .int({ error: STATUS_EXPECTED })
      .min(100, { error: STATUS_EXPECTED })
      .max(599, { error: STATUS_EXPECTED })
      .default(200)
      .meta({ description: 'The one HTTP status that counts as healthy.', examples: [200] }),
    within: duration({
      description: 'How long the whole answer may take.',
      fromMs: 10,
      toMs: 60 * SECOND,
      fallback: '2s',
    }),
  })
  .meta({ description: 'One HTTP check.', examples: [{ path: '/health', status: 200, within: '2s' }] });

export const service = z
  .strictObject({
    run: run.optional(),
    after: z
      .array(
        z
          .string({ error: 'the name of another service' })
          .meta({ description: 'A key of services.', examples: ['backend'] }),
      )
      .max(50)
      .default([])
      .meta({
        description:
          'Services whose users are moved before its own, where they are deployed together: those that it builds upon. Others are deployed side by side.',
        examples: [['backend']],
      }),
    build,
    health: z
      .array(check)
      .min(1)
      .max(20)
      .prefault([{ path: '/health', status: 200 }])
      .meta({
        description: 'What must answer on the candidate before users reach it. 1 to 20 checks.',
        examples: [[{ path: '/health', status: 200, within: '2s' }]],
      }),
    validation: validation.optional(),
    owner: line('Who to ask: a Slack user or group id, or a name.', 'S0BACKEND'),
    tier: z
      .int({ error: TIER })
      .min(1, { error: TIER })
      .max(5, { error: TIER })
      .optional()
      .meta({
        description: 'How much hangs on it; 1 is what the business cannot do without.',
        examples: [1],
      }),
    impact: line('What its failure costs, told where it fails.', 'Chat is worth $120K to $180K a month.'),
    runbook: text({
      description: 'What to do when it fails.',
      expected: 'an https:// address such as https://wiki.example.com/backend',
      pattern: /^https:\/\/[^\s<>|]{1,500}$/,
      example: 'https://wiki.example.com/backend',
    }).optional(),
    template: template.optional(),
  })
  .meta({
    description: 'One Cloud Run service: how it is built and how it proves that it is well.',
    examples: [
      {
        build: {
          repository: 'https://github.com/example/chat.git',
          image: 'us-docker.pkg.dev/p/apps/backend',
        },
      },
    ],
  });
