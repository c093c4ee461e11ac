import { GoogleAuth } from 'google-gax';

/**
 * Google ID tokens of this machine's own identity, for Cloud Run services that are private; the library keeps them until
 * shortly before their end. Rejects where there are no credentials, and for those of a person, which cannot make any.
 */
export function idTokens(auth = new GoogleAuth()): (audience: string) => Promise<string> {
  return async (audience) => {
    const client = await auth.getIdTokenClient(audience);
    return client.idTokenProvider.fetchIdToken(audience);
  };
}
