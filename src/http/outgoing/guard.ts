import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { isMetadataHost, isPrivateAddress, isPrivateHost } from '../../kernel/private-hosts.ts'
import { parseWireUrl, type WireUrl } from './wire-url.ts'

/** All addresses of a host. Throws when there is none or nobody answers. */
export type Resolve = (hostname: string) => Promise<readonly string[]>

export interface GuardOptions {
  /** Loopback, private networks and unencrypted schemes too; a cloud's metadata service never. */
  allowPrivate: boolean
  /** Default: what the operating system answers. */
  resolve?: Resolve
  /** Which addresses are not public; given by tests, whose machines have no public address. */
  isPrivate?: (address: string) => boolean
}

/** Where a connection may go: to exactly these addresses, and to nothing that the host name may mean a moment later. */
export interface Admission {
  url: WireUrl
  addresses: readonly string[]
}

export interface Refusal {
  error: 'bad_url' | 'dns' | 'refused_address'
  detail: string
}

export interface Guard {
  /** Reads a URL, resolves its host and judges every address; one that is refused refuses the host. Asks anew at every call. */
  check(url: string, protocols?: readonly string[]): Promise<Admission | Refusal>
  /** Judges one address, such as the one a socket is connected to. */
  admits(address: string): boolean
}

const maxVerdicts = 10_000

const webProtocols = ['http:', 'https:']

/**
 * The one guard of connections whose destination a request or a document names. Literal addresses need no list of
 * spellings: the URL parser and the resolver turn every one into the address itself, and that is what is judged.
 */
export function createGuard({
  allowPrivate,
  resolve = resolveBySystem,
  isPrivate = isPrivateAddress,
}: GuardOptions): Guard {
  const resolveShared = shareWhileWaiting(resolve)
  const verdicts = new Map<string, boolean>()
  const judge = (address: string) => !isMetadataHost(address) && (allowPrivate || !isPrivate(address))

  /** What an address is does not change, unlike what a name means. */
  function admits(address: string): boolean {
    const known = verdicts.get(address)
    if (known !== undefined) return known
    const verdict = judge(address)
    if (verdicts.size >= maxVerdicts) verdicts.clear()
    verdicts.set(address, verdict)
    return verdict
  }

  async function check(text: string, protocols: readonly string[] = webProtocols): Promise<Admission | Refusal> {
    const url = parseWireUrl(text)
    if (!url || !protocols.includes(url.protocol)) {
      return { error: 'bad_url', detail: `not a URL that begins with ${protocols.join('// or ')}//` }
    }
    const problem = problemOf(url, allowPrivate)
    if (problem !== undefined) return { error: 'bad_url', detail: problem }
    const isName = isIP(url.hostname) === 0
    if (isName && (isMetadataHost(url.hostname) || (!allowPrivate && isPrivateHost(url.hostname)))) {
      return refusedHost(url.hostname)
    }
    const addresses = isName ? await answerOf(resolveShared, url.hostname) : [url.hostname]
    if ('error' in addresses) return addresses
    return addresses.every(admits) ? { url, addresses } : refusedHost(url.hostname)
  }

  return { check, admits }
}

/** Two spellings of one address are equal when this is: IPv6 shortened, an IPv4 address within IPv6 as IPv4. */
export function canonicalAddress(address: string): string {
  if (isIP(address) !== 6) return address
  const [withoutZone, zone] = address.split('%')
  const short = URL.parse(`http://[${withoutZone}]`)?.hostname.slice(1, -1) ?? address
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short)
  if (!mapped) return zone === undefined ? short : `${short}%${zone}`
  const bytes = mapped.slice(1).flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff])
  return bytes.join('.')
}

function problemOf(url: WireUrl, allowPrivate: boolean): string | undefined {
  if (url.port === 0) return 'port 0 is not one that can be connected to'
  if (url.hasUserInfo) return 'user and password in a URL are not supported'
  if (!allowPrivate && !['https:', 'wss:'].includes(url.protocol))
    return `${url.protocol}// is not allowed, only encrypted connections`
  return undefined
}

/** Names only what the caller named: an answer of the server's own name service is not for others to read. */
function refusedHost(hostname: string): Refusal {
  return { error: 'refused_address', detail: `${hostname} is not on the public internet` }
}

async function answerOf(resolve: Resolve, hostname: string): Promise<readonly string[] | Refusal> {
  try {
    const addresses = await resolve(hostname)
    return addresses.length > 0 ? [...addresses] : { error: 'dns', detail: `${hostname} has no address` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return { error: 'dns', detail: `${hostname} cannot be resolved: ${code}` }
  }
}

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  const answers = await lookup(hostname, { all: true, verbatim: true })
  return answers.map(({ address }) => address)
}

/** Those who ask for a host while the question is already out share its answer; nothing is kept once it has come. */
function shareWhileWaiting(resolve: Resolve): Resolve {
  const waiting = new Map<string, Promise<readonly string[]>>()
  return (hostname) => {
    const known = waiting.get(hostname)
    if (known) return known
    const asked = Promise.resolve(resolve(hostname)).finally(() => waiting.delete(hostname))
    waiting.set(hostname, asked)
    return asked
  }
}
