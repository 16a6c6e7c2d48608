import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { escapeHtml, readExplanations } from './explanations.ts'

const document = `# Error codes

An introduction with a [link](api/events.md).

## Requests

### 20001

HTTP 400; 413 for a large one. The request is \`wrong\`. See [the other](#530900).

Twice.

### 20003

HTTP 401, 403. The credentials are missing.

## Traffic

A word about all of them.

### 530900

NOT_CAPTURED. No rule matches \`a\` & <b>bold</b>, as [elsewhere](api/events.md) and [there](https://example.test/?a=1&b="x").

### 530901

DUPLICATE.

### 530902
`

describe('the explanations of codes', () => {
  const explanations = readExplanations(document)

  it('are found by code, each under its topic', () => {
    assert.deepEqual(
      [...explanations.values()].map(({ code, topic }) => [code, topic]),
      [
        [20001, 'Requests'],
        [20003, 'Requests'],
        [530900, 'Traffic'],
        [530901, 'Traffic'],
        [530902, 'Traffic'],
      ],
    )
  })

  it('have a first sentence without statuses and marks, or none', () => {
    assert.deepEqual(
      [...explanations.values()].map(({ summary }) => summary),
      [
        'The request is wrong.',
        'The credentials are missing.',
        'No rule matches a & <b>bold</b>, as [elsewhere](api/events.md) and [there](https://example.test/?a=1&b="x").',
        'DUPLICATE.',
        '',
      ],
    )
  })

  it('link codes to their pages, leave out links within the documentation, and hold no markup but their own', () => {
    assert.equal(
      explanations.get(20001)?.html,
      '<p>HTTP 400; 413 for a large one. The request is <code>wrong</code>. See <a href="/console/errors/530900">the other</a>.</p>\n<p>Twice.</p>\n',
    )
    assert.equal(
      explanations.get(530900)?.html,
      '<p>NOT_CAPTURED. No rule matches <code>a</code> &amp; &lt;b&gt;bold&lt;/b&gt;, as elsewhere and ' +
        '<a href="https://example.test/?a=1&amp;b=&quot;x&quot;">there</a>.</p>\n',
    )
  })
})

it('text is escaped for HTML', () => assert.equal(escapeHtml('<a href="&">'), '&lt;a href=&quot;&amp;&quot;&gt;'))
