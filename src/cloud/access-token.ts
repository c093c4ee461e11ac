import { GoogleAuth } from 'google-gax';

/**
 * Google access tokens of this machine's own identity; the library keeps them until shortly before their end. Rejects
 * where there are no credentials.
 */
export function accessTokens(): () => Promise<string | null | undefined> {
  let auth: GoogleAuth | undefined;
  return async () => {
    // Looking for credentials asks the network: only whoever needs a token does.
    auth ??= new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });
    return auth.getAccessToken();
  };
}
