export { connect } from './waymark-client.js'
export type {
  Asking,
  ClientAnswer,
  ClientRequest,
  FeedException,
  FeedRequest,
  WaymarkClient,
} from './waymark-client.js'
export { FeedGap, RequestRefused } from './feed-page.js'
export type { FeedEvent, FeedPage } from './feed-page.js'
export { TokenRefused } from './token-source.js'
