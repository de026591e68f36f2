import { Module, type Provider } from '@nestjs/common'
import { KeyRing } from '#libs/security'
import { EventRepository } from '../ingest/event.repository.js'
import { HubRows } from '../ingest/held-notices.js'
import { childResolver, IngestModule } from '../ingest/ingest.module.js'
import type { ChildResolver } from '../ingest/resolution.client.js'
import { FollowIdentity } from './follow-identity.js'
import { IdentityChangeRepository } from './identity-change.repository.js'
import { JoinedChildren } from './joined-children.js'

type Parts = [IdentityChangeRepository, EventRepository, HubRows, ChildResolver, KeyRing]

const following: readonly Provider[] = [
  IdentityChangeRepository,
  {
    provide: FollowIdentity,
    inject: [IdentityChangeRepository, EventRepository, HubRows, childResolver, KeyRing],
    useFactory: (...[changes, events, hubRows, resolver, keyRing]: Parts) =>
      new FollowIdentity({ changes, events, hubRows, resolver, keyRing }),
  },
  {
    provide: JoinedChildren,
    inject: [IdentityChangeRepository],
    useFactory: (changes: IdentityChangeRepository) => new JoinedChildren(changes),
  },
]

@Module({ imports: [IngestModule], providers: [...following], exports: [FollowIdentity, JoinedChildren] })
export class IdentityChangesModule {}
