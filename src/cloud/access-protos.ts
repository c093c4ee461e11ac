const testIamPermissions = {
  methods: {
    TestIamPermissions: {
      requestType: 'google.iam.v1.TestIamPermissionsRequest',
      responseType: 'google.iam.v1.TestIamPermissionsResponse',
    },
  },
} as const;

/**
 * What slipway asks of four APIs for which it needs no client of Google's, with the names and numbers of
 * https://github.com/googleapis/googleapis: google/cloud/resourcemanager/v3/projects.proto, google/iam/admin/v1/iam.proto,
 * google/devtools/artifactregistry/v1/service.proto, google/cloud/secretmanager/v1/{service,resources}.proto and
 * google/iam/v1/iam_policy.proto.
 */
export const accessProtos = {
  nested: {
    google: {
      nested: {
        iam: {
          nested: {
            v1: {
              nested: {
                TestIamPermissionsRequest: {
                  fields: {
                    resource: { type: 'string', id: 1 },
                    permissions: { rule: 'repeated', type: 'string', id: 2 },
                  },
                },
                TestIamPermissionsResponse: {
                  fields: { permissions: { rule: 'repeated', type: 'string', id: 1 } },
                },
              },
            },
            admin: { nested: { v1: { nested: { IAM: testIamPermissions } } } },
          },
        },
        devtools: {
          nested: {
            artifactregistry: { nested: { v1: { nested: { ArtifactRegistry: testIamPermissions } } } },
          },
        },
        cloud: {
          nested: {
            resourcemanager: { nested: { v3: { nested: { Projects: testIamPermissions } } } },
            secretmanager: {
              nested: {
                v1: {
                  nested: {
                    GetSecretVersionRequest: { fields: { name: { type: 'string', id: 1 } } },
                    // Times are left out: whether it may be used is all that is asked.
                    SecretVersion: {
                      fields: { name: { type: 'string', id: 1 }, state: { type: 'State', id: 4 } },
                      nested: {
                        State: { values: { STATE_UNSPECIFIED: 0, ENABLED: 1, DISABLED: 2, DESTROYED: 3 } },
                      },
                    },
                    SecretManagerService: {
                      methods: {
                        GetSecretVersion: {
                          requestType: 'GetSecretVersionRequest',
                          responseType: 'SecretVersion',
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
} as const;
