import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Explanation, errorsPath, escapeHtml, readExplanations } from './explanations.ts'
import { page } from './page.ts'

/** Where the vendor explains the codes of its whole platform. */
const vendorDictionary = 'https://www.twilio.com/docs/errors'

export interface ErrorPages {
  index: string
  byCode: ReadonlyMap<number, string>
}

let pages: ErrorPages | undefined

/** The pages that explain codes, made from `docs/errors.md`, which travels with the program, when the first is asked for. */
export function errorPages(): ErrorPages {
  pages ??= readErrorPages()
  return pages
}

function readErrorPages(): ErrorPages {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'errors.md')
  const explanations = readExplanations(readFileSync(file, 'utf8'))
  const byCode = [...explanations].map(([code, explanation]): [number, string] => [code, pageOf(explanation)])
  return { index: indexOf([...explanations.values()]), byCode: new Map(byCode) }
}

/** For a code that is not ours to explain, or no code at all. */
export function unknownCodePage(code: string): string {
  const elsewhere = /^\d{4,6}$/.test(code)
    ? `<p>If another product of the vendor answered it, <a href="${vendorDictionary}/${code}">the vendor's dictionary</a> may know it.</p>`
    : ''
  return page(
    'Unknown error code',
    `<h1>No such code</h1>
<p>Skein does not emit the code <code>${escapeHtml(code.slice(0, 40))}</code>.</p>
${elsewhere}
${backLink}`,
  )
}

const backLink = `<nav aria-label="Errors"><p><a href="${errorsPath}">All error codes</a></p></nav>`

function pageOf({ code, topic, html }: Explanation): string {
  return page(`Error ${code}`, `<h1>Error ${code}</h1>\n<p>${escapeHtml(topic)}</p>\n${html}${backLink}`)
}

function indexOf(explanations: readonly Explanation[]): string {
  const topics = Map.groupBy(explanations, ({ topic }) => topic)
  const lists = [...topics].map(
    ([topic, codes]) => `<h2>${escapeHtml(topic)}</h2>\n<dl>\n${codes.map(entryOf).join('\n')}\n</dl>`,
  )
  return page('Error codes', `<h1>Error codes</h1>\n${lists.join('\n')}`)
}

function entryOf({ code, summary }: Explanation): string {
  return `<dt><a href="${errorsPath}/${code}">${code}</a></dt>\n<dd>${escapeHtml(summary)}</dd>`
}
