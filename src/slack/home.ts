import type { WebClient } from '@slack/web-api';
import type { EnvironmentStatus } from '../domain/status.ts';
import { homeView } from './messages/home.ts';

/** The one method that is used. */
export interface HomeClient {
  readonly views: Pick<WebClient['views'], 'publish'>;
}

export interface HomeWish {
  /** Slack user id. */
  readonly user: string;
  /** Hash of what the tab shows now. */
  readonly shown: string;
  readonly status: readonly EnvironmentStatus[];
}

/** Makes a person's Home tab show this, unless it does. @returns the hash of what it shows. @throws Slack's errors */
export async function publishHome({ user, shown, status }: HomeWish, client: HomeClient): Promise<string> {
  const { view, hash } = homeView(status);
  if (hash !== shown) await client.views.publish({ user_id: user, view });
  return hash;
}
