import { readConfig, text } from '#libs/service'

/** The store that is filled, and the keys of this program. */
export const benchConfig = () => readConfig({ DATABASE_URL: text(), WAYMARK_KEY_FILE: text() }, process.env)
