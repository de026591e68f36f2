export { giveWay } from './give-way.js'
export { inThread } from './in-thread.js'
