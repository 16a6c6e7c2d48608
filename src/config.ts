import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { defaultLimits, type LimitName, type Limits } from './kernel/limits.ts'
import { type LogLevel, logLevels } from './kernel/log.ts'
import { type OverflowPolicy, overflowPolicies } from './memory/domain/room.ts'

/** Everything that can be set, read once. Nothing else looks at the environment. */
export interface Config {
  host: string
  port: number
  database: string
  databasePool: number
  publicUrl: string | undefined
  trustedProxies: string[]
  tls: { cert: string; key: string } | undefined
  account: { sid?: string; authToken?: string; keySid?: string; keySecret?: string }
  secretKey: string | undefined
  clock: 'system' | 'virtual'
  allowPrivateCallbacks: boolean
  log: LogLevel
  bodyLimitBytes: number
  requestsPerSecond: number
  passiveProfiles: 'lookup' | 'create'
  memoryOverflow: OverflowPolicy
  memoryRedirects: 'follow' | 'strict'
  embedding: { url: string; key: string | undefined; model: string; version: string | undefined } | undefined
  model:
    | { url: string; key: string | undefined; name: string; timeoutMs: number; tokensPerDay: number | undefined }
    | undefined
  ruleExecutions: number
  ruleCharacters: number
  silentCallMinutes: number | undefined
  streamGraceSeconds: number
  speechMsPerCharacter: number
  replyMs: number
  eventRetentionDays: number
  deliveryRetentionDays: number
  diagnosticRetentionDays: number
  importRetentionDays: number
  uploadMinutes: number
  sessionHours: number
  shutdownSeconds: number
  limits: Limits
}

/** A variable or flag that cannot be used; the message names it and says what it should be. */
export class ConfigError extends Error {}

export interface Setting {
  /** The flag of `skein serve`, without dashes; the variable is `SKEIN_` and the same in capitals. */
  flag: string
  default: string
  meaning: string
}

export const settings = {
  host: { flag: 'host', default: '127.0.0.1', meaning: 'address to listen on' },
  port: { flag: 'port', default: '8080', meaning: 'port to listen on; 0 takes a free one' },
  database: { flag: 'database', default: 'sqlite:./data/skein.db', meaning: 'sqlite:PATH or postgres://…' },
  databasePool: {
    flag: 'database-pool',
    default: '10',
    meaning: 'PostgreSQL connections beside the two kept for traffic',
  },
  publicUrl: {
    flag: 'public-url',
    default: '',
    meaning: 'prefix of statusUrl and Location; else the host that the request named',
  },
  trustedProxies: {
    flag: 'trusted-proxies',
    default: '',
    meaning: 'comma-separated addresses or networks whose X-Forwarded-* headers count',
  },
  tlsCert: { flag: 'tls-cert', default: '', meaning: 'file with the certificate chain: serve HTTPS' },
  tlsKey: { flag: 'tls-key', default: '', meaning: 'file with its private key' },
  accountSid: {
    flag: 'account-sid',
    default: '',
    meaning: 'SID of the first account, AC and 32 hexadecimal digits; random if unset',
  },
  authToken: { flag: 'auth-token', default: '', meaning: 'auth token of the first account; random if unset' },
  apiKey: {
    flag: 'api-key',
    default: '',
    meaning: 'SID of its first API key, SK and 32 hexadecimal digits; random if unset',
  },
  apiSecret: { flag: 'api-secret', default: '', meaning: 'secret of that key; random if unset' },
  secretKey: {
    flag: 'secret-key',
    default: '',
    meaning: 'encrypts secrets at rest: 32 bytes or more in base64; else a file beside the data',
  },
  clock: { flag: 'clock', default: 'system', meaning: 'system, or virtual: time moves by POST /skein/v1/Clock' },
  allowPrivateCallbacks: {
    flag: 'allow-private-callbacks',
    default: '',
    meaning:
      'true or false: plain http and private addresses in callback URLs; default true only while listening on loopback',
  },
  log: { flag: 'log', default: 'info', meaning: logLevels.join(', ') },
  bodyLimitBytes: { flag: 'body-limit-bytes', default: '16777216', meaning: 'largest request body' },
  requestsPerSecond: { flag: 'requests-per-second', default: '0', meaning: 'rate limit of each account; 0 is none' },
  passiveProfiles: {
    flag: 'passive-profiles',
    default: 'lookup',
    meaning: 'lookup, or create: captured customers without profile get one',
  },
  memoryOverflow: {
    flag: 'memory-overflow',
    default: 'evict',
    meaning:
      'evict, or refuse: one more observation or summary than a profile holds takes the place of the stalest, or is a 400',
  },
  memoryRedirects: {
    flag: 'memory-redirects',
    default: 'follow',
    meaning:
      'follow, or strict: requests for a merged profile are answered by the one that stayed, or with 301 and 308',
  },
  embeddingUrl: {
    flag: 'embedding-url',
    default: '',
    meaning: 'prefix of /embeddings of an OpenAI-compatible service: recall ranks by meaning too; unset: by words',
  },
  embeddingKey: { flag: 'embedding-key', default: '', meaning: 'bearer token for that service' },
  embeddingModel: { flag: 'embedding-model', default: '', meaning: 'model to ask it for; needed with a URL' },
  embeddingVersion: {
    flag: 'embedding-version',
    default: '',
    meaning:
      'set or changed: all memories are embedded anew, for a service that answers otherwise under the same name of a model',
  },
  modelUrl: {
    flag: 'model-url',
    default: '',
    meaning:
      'prefix of /chat/completions of an OpenAI-compatible service: operators and extraction ask it; unset: the local engine',
  },
  modelKey: { flag: 'model-key', default: '', meaning: 'bearer token for that service' },
  modelName: { flag: 'model-name', default: '', meaning: 'model to ask it for; needed with a URL' },
  modelSeconds: {
    flag: 'model-seconds',
    default: '60',
    meaning: 'how long one try of an operator may take the model, tools included',
  },
  modelTokensPerDay: {
    flag: 'model-tokens-per-day',
    default: '0',
    meaning: 'tokens that each account may spend on the model in a day, by UTC; 0 is any number',
  },
  ruleExecutions: {
    flag: 'rule-executions',
    default: '16',
    meaning: 'executions of intelligence rules of one account that a node carries out at once',
  },
  ruleCharacters: {
    flag: 'rule-characters',
    default: '60000',
    meaning: 'what an execution reads of a conversation at most, in characters; of more, the newest',
  },
  silentCallMinutes: {
    flag: 'silent-call-minutes',
    default: '',
    meaning: 'close calls in which nobody ever spoke after so long; unset: never',
  },
  streamGraceSeconds: {
    flag: 'stream-grace-seconds',
    default: '20',
    meaning: 'how long a call may be between two streams before a conversation with null voice timeouts closes',
  },
  speechMsPerCharacter: {
    flag: 'speech-ms-per-character',
    default: '60',
    meaning: 'how long a spoken character takes on the virtual network, in business milliseconds',
  },
  replyMs: {
    flag: 'reply-ms',
    default: '1000',
    meaning: 'how long a virtual clock waits for an application to answer its caller, in wall milliseconds',
  },
  eventRetentionDays: {
    flag: 'event-retention-days',
    default: '30',
    meaning: 'how long the events of a conversation are kept after it closed',
  },
  deliveryRetentionDays: {
    flag: 'delivery-retention-days',
    default: '30',
    meaning: 'how long a webhook delivery is kept after its last attempt, unless it is still to be tried',
  },
  diagnosticRetentionDays: {
    flag: 'diagnostic-retention-days',
    default: '30',
    meaning: 'how long diagnostics are kept',
  },
  importRetentionDays: {
    flag: 'import-retention-days',
    default: '30',
    meaning: 'how long imports and their reports are kept after they ended',
  },
  uploadMinutes: {
    flag: 'upload-minutes',
    default: '60',
    meaning:
      'how long the address that takes the file of an import is good for, and the longest an upload may take; other requests have a minute',
  },
  sessionHours: {
    flag: 'session-hours',
    default: '12',
    meaning: 'how long a sign-in at the console is good for',
  },
  shutdownSeconds: {
    flag: 'shutdown-seconds',
    default: '25',
    meaning: 'longest wait for requests in progress on shutdown',
  },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
export type Environment = Readonly<Record<string, string | undefined>>

export function variableOf(setting: Setting): string {
  return `SKEIN_${setting.flag.replaceAll('-', '_').toUpperCase()}`
}

export function limitVariableOf(name: LimitName): string {
  return `SKEIN_LIMIT_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/** Flags win over variables, variables over defaults. Throws ConfigError at the first value that cannot be used. */
export function readConfig(environment: Environment, flags: Partial<Record<SettingName, string>> = {}): Config {
  refuseUnknown(environment)
  const read = (name: SettingName) => flags[name] ?? (environment[variableOf(settings[name])] || settings[name].default)
  const text = (name: SettingName) => read(name) || undefined
  const refuse = (name: SettingName, must: string): never => {
    throw new ConfigError(`${variableOf(settings[name])} (--${settings[name].flag}) must be ${must}.`)
  }
  const number = (name: SettingName, least: number, most: number): number => {
    const value = Number(read(name))
    return Number.isInteger(value) && value >= least && value <= most
      ? value
      : refuse(name, `a whole number from ${least} to ${most}`)
  }
  const word = <const W extends readonly string[]>(name: SettingName, words: W): W[number] =>
    words.includes(read(name)) ? (read(name) as W[number]) : refuse(name, `one of ${words.join(', ')}`)
  const matching = (name: SettingName, pattern: RegExp, must: string) => {
    const value = text(name)
    return value === undefined || pattern.test(value) ? value : refuse(name, must)
  }
  const list = (name: SettingName, admits: (part: string) => boolean, must: string) => {
    const parts = (text(name) ?? '').split(',').map((part) => part.trim())
    const given = parts.filter((part) => part !== '')
    return given.every(admits) ? given : refuse(name, must)
  }
  const host = read('host')
  const silent = text('silentCallMinutes')
  return Object.freeze({
    host,
    port: number('port', 0, 65_535),
    database: matching('database', /^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'sqlite:PATH or postgres://…') as string,
    databasePool: number('databasePool', 1, 1000),
    publicUrl: matching(
      'publicUrl',
      /^https?:\/\/[^/\s?#]+(\/[^\s?#]*)?$/,
      'an http or https URL without query',
    )?.replace(/\/+$/, ''),
    trustedProxies: list(
      'trustedProxies',
      isNetwork,
      'IP addresses or networks such as 10.0.0.0/8, with commas between',
    ),
    tls: readTls(text('tlsCert'), text('tlsKey')),
    account: definedOnly({
      sid: matching('accountSid', /^AC[0-9a-f]{32}$/, 'AC and 32 lower-case hexadecimal digits'),
      authToken: matching('authToken', /^.{16,}$/, 'at least 16 characters'),
      keySid: matching('apiKey', /^SK[0-9a-f]{32}$/, 'SK and 32 lower-case hexadecimal digits'),
      keySecret: matching('apiSecret', /^.{16,}$/, 'at least 16 characters'),
    }),
    secretKey: matching('secretKey', /^[A-Za-z0-9+/_-]{43,}=*$/, 'at least 32 bytes in base64'),
    clock: word('clock', ['system', 'virtual']),
    allowPrivateCallbacks:
      text('allowPrivateCallbacks') === undefined
        ? isLoopback(host)
        : word('allowPrivateCallbacks', ['true', 'false']) === 'true',
    log: word('log', logLevels),
    bodyLimitBytes: number('bodyLimitBytes', 1024, 1_073_741_824),
    requestsPerSecond: number('requestsPerSecond', 0, 1_000_000),
    passiveProfiles: word('passiveProfiles', ['lookup', 'create']),
    memoryOverflow: word('memoryOverflow', overflowPolicies),
    memoryRedirects: word('memoryRedirects', ['follow', 'strict']),
    embedding: readEmbedding({
      url: matching(
        'embeddingUrl',
        /^https?:\/\/[^/\s?#@]+(\/[^\s?#]*)?$/,
        'an http or https URL without query',
      )?.replace(/\/+$/, ''),
      key: matching('embeddingKey', /^[\x21-\x7e]+$/, 'visible ASCII characters'),
      model: matching('embeddingModel', /^\S.{0,199}$/, 'at most 200 characters'),
      version: matching(
        'embeddingVersion',
        /^[\w.-]{1,50}$/,
        'at most 50 letters, digits, dots, hyphens and underscores',
      ),
    }),
    model: readModel({
      url: matching('modelUrl', /^https?:\/\/[^/\s?#@]+(\/[^\s?#]*)?$/, 'an http or https URL without query')?.replace(
        /\/+$/,
        '',
      ),
      key: matching('modelKey', /^[\x21-\x7e]+$/, 'visible ASCII characters'),
      name: matching('modelName', /^\S.{0,199}$/, 'at most 200 characters'),
      timeoutMs: number('modelSeconds', 1, 3600) * 1000,
      tokensPerDay: number('modelTokensPerDay', 0, Number.MAX_SAFE_INTEGER) || undefined,
    }),
    ruleExecutions: number('ruleExecutions', 1, 1000),
    ruleCharacters: number('ruleCharacters', 100, 10_000_000),
    silentCallMinutes: silent === undefined ? undefined : number('silentCallMinutes', 1, 5_256_000),
    streamGraceSeconds: number('streamGraceSeconds', 0, 3600),
    speechMsPerCharacter: number('speechMsPerCharacter', 1, 10_000),
    replyMs: number('replyMs', 0, 60_000),
    eventRetentionDays: number('eventRetentionDays', 1, 36_500),
    deliveryRetentionDays: number('deliveryRetentionDays', 1, 36_500),
    diagnosticRetentionDays: number('diagnosticRetentionDays', 1, 36_500),
    importRetentionDays: number('importRetentionDays', 1, 36_500),
    uploadMinutes: number('uploadMinutes', 1, 10_080),
    sessionHours: number('sessionHours', 1, 8760),
    shutdownSeconds: number('shutdownSeconds', 0, 3600),
    limits: readLimits(environment),
  })
}

function readEmbedding({
  url,
  key,
  model,
  version,
}: { [K in 'url' | 'key' | 'model' | 'version']: string | undefined }): Config['embedding'] {
  if (url !== undefined && model !== undefined) return { url, key, model, version }
  if (url === undefined && key === undefined && model === undefined && version === undefined) return undefined
  throw new ConfigError('Set both SKEIN_EMBEDDING_URL and SKEIN_EMBEDDING_MODEL, or nothing of the embedding.')
}

function readModel({
  url,
  name,
  ...rest
}: { url: string | undefined; name: string | undefined } & Omit<
  NonNullable<Config['model']>,
  'url' | 'name'
>): Config['model'] {
  if (url !== undefined && name !== undefined) return { url, name, ...rest }
  if (url === undefined && name === undefined && rest.key === undefined && rest.tokensPerDay === undefined)
    return undefined
  throw new ConfigError('Set both SKEIN_MODEL_URL and SKEIN_MODEL_NAME, or nothing of the model.')
}

/** An IP address, alone or with the length of a network's prefix. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/**
 * A misspelt variable is a setting silently not applied; so it is refused. `SKEIN_URL` tells clients where the server is,
 * `SKEIN_TEST_…` and `SKEIN_BENCH_…` belong to our own tools.
 */
function refuseUnknown(environment: Environment): void {
  const known = new Set([
    ...Object.values(settings).map(variableOf),
    ...Object.keys(defaultLimits).map((name) => limitVariableOf(name as LimitName)),
  ])
  for (const name of Object.keys(environment)) {
    if (name.startsWith('SKEIN_') && !known.has(name) && !/^SKEIN_(URL$|(TEST|BENCH)_)/.test(name)) {
      throw new ConfigError(`There is no setting ${name}. "skein serve --help" lists them all.`)
    }
  }
}

function readLimits(environment: Environment): Limits {
  const limits: Record<LimitName, number> = { ...defaultLimits }
  for (const name of Object.keys(defaultLimits) as LimitName[]) {
    const text = environment[limitVariableOf(name)]
    if (text === undefined || text === '') continue
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1)
      throw new ConfigError(`${limitVariableOf(name)} must be a whole number from 1.`)
    limits[name] = value
  }
  return limits
}

function readTls(cert: string | undefined, key: string | undefined): Config['tls'] {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined)
    throw new ConfigError('Set both SKEIN_TLS_CERT and SKEIN_TLS_KEY, or neither.')
  const tls = { cert: readTlsFile(cert), key: readTlsFile(key) }
  try {
    createSecureContext(tls)
  } catch (cause) {
    const { message } = cause as Error
    throw new ConfigError(`The TLS certificate ${cert} and key ${key} can not be used: ${message}.`, { cause })
  }
  return tls
}

function readTlsFile(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(`The TLS file ${file} can not be read: ${(cause as Error).message}.`, { cause })
  }
}

function definedOnly<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
