import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { ConfigError } from '../config.ts'
import {
  type FormParameters,
  isWebhookSecret,
  toleranceSeconds,
  type Verification,
  verifyStandard,
  verifyTwilio,
} from '../events/signature.ts'
import { type CapturedRequest, parseCapturedRequest } from './captured-request.ts'

interface Flags {
  url?: string
  header: string[]
  bodyFile?: string
  authToken?: string
  secret: string[]
  at?: string
  tolerance: string
}

export function webhooksCommand(): Command {
  return new Command('webhooks').description('Look into webhooks.').addCommand(verifyCommand())
}

function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'Check the signatures of a webhook as it was received. Ends with 0 if all that were checked hold, with 1 if one does not.',
    )
    .argument('[file]', 'the raw HTTP request: request line, headers, an empty line, body; - reads standard input')
    .option('--url <url>', 'the URL that was called, when the request does not tell, as behind a proxy')
    .option('--header <header>', "one of its headers, as 'Name: value'; repeat for more", collect, [])
    .option('--body-file <path>', 'its body, byte for byte')
    .option('--auth-token <token>', 'checks X-Twilio-Signature; else TWILIO_AUTH_TOKEN')
    .option('--secret <secret>', 'checks webhook-signature: whsec_…, else WEBHOOK_SECRET; repeat for more', collect, [])
    .option('--at <time>', 'when it was received, in ISO 8601; else now')
    .option('--tolerance <seconds>', 'how old or early its timestamp may be', String(toleranceSeconds))
    .action(async (file: string | undefined, flags: Flags) => {
      const request = await readRequest(file, flags)
      const verdicts = verdictsOn(request, flags)
      if (verdicts.every(([, verdict]) => verdict === undefined)) {
        throw new ConfigError('There is nothing to check with: give --auth-token, --secret or both.')
      }
      for (const [header, verdict] of verdicts) console.log(`${header}: ${lineOf(verdict)}`)
      if (verdicts.some(([, verdict]) => verdict?.valid === false)) process.exitCode = 1
    })
}

async function readRequest(file: string | undefined, flags: Flags): Promise<CapturedRequest> {
  const captured = file === undefined ? undefined : parseCapturedRequest(await readInput(file))
  const headers = { ...captured?.headers }
  for (const line of flags.header) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw new ConfigError(`--header must be 'Name: value', not '${line}'.`)
    headers[name.toLowerCase()] = value.trim()
  }
  const urls = flags.url === undefined ? (captured?.urls ?? []) : [flags.url]
  const body = flags.bodyFile === undefined ? captured?.body : readBytes(flags.bodyFile)
  return { urls, headers, body: body ?? Buffer.alloc(0) }
}

async function readInput(file: string): Promise<Buffer> {
  if (file !== '-') return readBytes(file)
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new ConfigError(`Cannot read ${path}.`, { cause: error })
  }
}

/** Undefined for a signature that there is nothing to check with. */
function verdictsOn(request: CapturedRequest, flags: Flags): [string, Verification | undefined][] {
  const authToken = flags.authToken ?? process.env.TWILIO_AUTH_TOKEN
  const secrets = flags.secret.length > 0 ? flags.secret : [process.env.WEBHOOK_SECRET ?? ''].filter(Boolean)
  if (!secrets.every(isWebhookSecret)) throw new ConfigError('A webhook secret is whsec_ and Base64.')
  return [
    ['X-Twilio-Signature', authToken ? twilioVerdict(request, authToken) : undefined],
    ['webhook-signature', secrets.length > 0 ? standardVerdict(request, secrets, flags) : undefined],
  ]
}

/** A captured request does not show whether it came over TLS; the signature does. */
function twilioVerdict({ urls, headers, body }: CapturedRequest, authToken: string): Verification {
  if (urls.length === 0) throw new ConfigError('The request does not tell its URL: give --url.')
  const params = formOf(headers, body)
  const verdicts = urls.map((url) =>
    verifyTwilio({ url, signature: headers['x-twilio-signature'], authToken, body, ...(params && { params }) }),
  )
  const isSigned = (verdict: Verification) => verdict.valid || verdict.fault !== 'mismatch'
  return verdicts.find(isSigned) ?? (verdicts[0] as Verification)
}

function formOf(headers: Record<string, string>, body: Buffer): FormParameters | undefined {
  if (!/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) return undefined
  const form = new URLSearchParams(body.toString())
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]))
}

function standardVerdict({ headers, body }: CapturedRequest, secrets: string[], flags: Flags): Verification {
  const nowMs = flags.at === undefined ? Date.now() : Date.parse(flags.at)
  if (Number.isNaN(nowMs)) throw new ConfigError('--at must be a time in ISO 8601.')
  if (!/^\d+$/.test(flags.tolerance)) throw new ConfigError('--tolerance must be a number of seconds.')
  return verifyStandard({
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body,
    secrets,
    nowMs,
    toleranceSeconds: Number(flags.tolerance),
  })
}

function lineOf(verdict: Verification | undefined): string {
  if (verdict === undefined) return 'not checked, as no secret was given'
  return verdict.valid ? 'valid' : `INVALID (${verdict.fault}): ${verdict.detail}`
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}
