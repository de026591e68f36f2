export { connect } from './waymark-client.js'
export type { Asking, ClientAnswer, ClientRequest, WaymarkClient } from './waymark-client.js'
export { FeedGap, RequestRefused } from './feed-page.js'
export { TokenRefused } from './token-source.js'
