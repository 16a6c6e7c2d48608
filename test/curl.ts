import { parseArgs } from 'node:util'

// As much of curl as docs/clients.md uses, for machines that have none.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    s: { type: 'boolean', short: 's' },
    user: { type: 'string', short: 'u' },
    header: { type: 'string', short: 'H', multiple: true },
    request: { type: 'string', short: 'X' },
    data: { type: 'string', short: 'd' },
    output: { type: 'string', short: 'o' },
    'write-out': { type: 'string', short: 'w' },
  },
})

const headers = new Headers((values.header ?? []).map((header) => header.split(/: */, 2) as [string, string]))
headers.set('authorization', `Basic ${Buffer.from(values.user ?? '').toString('base64')}`)
const response = await fetch(positionals[0] ?? '', {
  method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
  headers,
  body: values.data ?? null,
})
const text = await response.text()
if (values.output === undefined) process.stdout.write(text)
if (values['write-out'] !== undefined) process.stdout.write(`${response.status}\n`)
