import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the build of `web/` lies, in the repository as in the package. */
const folder = join(import.meta.dirname, '..', '..', 'web', 'dist')

export interface WebApp {
  /** Files whose names change with what is in them. */
  assets: string
  /** The one page, made for one answer: its styles and its policy share a nonce. */
  page(): { html: string; policy: string }
}

/** Stands in the built page where the nonce goes. */
const placeholder = '__SKEIN_NONCE__'

/** Undefined when the console has not been built. */
export function readWebApp(from = folder): WebApp | undefined {
  const index = join(from, 'index.html')
  if (!existsSync(index)) return undefined
  const template = readFileSync(index, 'utf8')
  return {
    assets: join(from, 'assets'),
    page: () => {
      const nonce = randomBytes(16).toString('base64')
      return { html: template.replaceAll(placeholder, nonce), policy: policyFor(nonce) }
    },
  }
}

/** Only this server's own files run, only its own API is asked, and nobody frames it. */
function policyFor(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
