import { Marked, type Token, type Tokens } from 'marked'

/** What is told about one code. */
export interface Explanation {
  code: number
  /** The heading that it stands under, such as `Webhooks`. */
  topic: string
  /** Its first sentence, as text. */
  summary: string
  /** The whole of it, as HTML. */
  html: string
}

/** Where the page of a code is, below the address of the server. */
export const errorsPath = '/console/errors'

const marked = new Marked({
  renderer: {
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      // The page is read where the rest of the documentation is not.
      const target = /^#\d+$/.test(href) ? `${errorsPath}/${href.slice(1)}` : href
      return /^(https:|\/)/.test(target) ? `<a href="${escapeHtml(target)}">${text}</a>` : text
    },
    html: ({ text }) => escapeHtml(text),
  },
})

/** Reads the page that explains all codes: topics are headings of the second level, codes of the third. By code, in its order. */
export function readExplanations(markdown: string): Map<number, Explanation> {
  const explanations = new Map<number, Explanation>()
  let topic = ''
  let code: number | undefined
  let body: Token[] = []
  const finish = () => {
    if (code !== undefined) explanations.set(code, { code, topic, ...rendered(body) })
    code = undefined
    body = []
  }
  for (const token of marked.lexer(markdown)) {
    if (token.type !== 'heading') body.push(token)
    else {
      finish()
      if (token.depth === 2) topic = token.text
      else if (token.depth === 3) code = Number(token.text)
    }
  }
  finish()
  return explanations
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function rendered(body: Token[]): Pick<Explanation, 'summary' | 'html'> {
  const first = body.find((token): token is Tokens.Paragraph => token.type === 'paragraph')?.text ?? ''
  return { summary: firstSentence(first), html: marked.parser(body) }
}

/** Behind what says when the code comes, such as `HTTP 404.`; without marks. */
function firstSentence(paragraph: string): string {
  const sentences = paragraph
    .replaceAll(/\s+/g, ' ')
    .replaceAll('`', '')
    .split(/(?<=\.) (?=[A-Z])/)
  const [first = '', second] = sentences
  return /^(HTTP \d{3}\b|[A-Z_]+\.$)/.test(first) ? (second ?? first) : first
}
