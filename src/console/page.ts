import { hash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { escapeHtml } from './explanations.ts'

const style = `
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
body { margin: 0 auto; max-width: 44rem; padding: 2rem 1rem }
a { color: LinkText }
code { font-family: ui-monospace, monospace; font-size: 0.95em }
dt { font-weight: 600; margin-top: 0.75rem }
dd { margin: 0 }
`

/** Nothing runs, nothing is loaded, nobody frames it: the one style is known by its hash. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A page that is only read. `title` is text, `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Skein</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

export function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .status(status)
    .headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': status === 200 ? 'public, max-age=300' : 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html)
}
