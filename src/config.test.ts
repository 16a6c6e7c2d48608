import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  ConfigError,
  type Environment,
  limitVariableOf,
  readConfig,
  type SettingName,
  settings,
  variableOf,
} from './config.ts'
import { defaultLimits, type LimitName } from './kernel/limits.ts'

test('needs nothing to be set', () => {
  const config = readConfig({})
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8080)
  assert.equal(config.database, 'sqlite:./data/skein.db')
  assert.equal(config.requestsPerSecond, 0)
})

test('lets a flag win over a variable', () => {
  assert.equal(readConfig({ SKEIN_PORT: '1' }, { port: '2' }).port, 2)
})

test('takes an empty variable for one that is not set', () => {
  assert.equal(readConfig({ SKEIN_PORT: '', SKEIN_LIMIT_PARTICIPANTS: '' }).port, 8080)
})

test('allows private callbacks only while nobody else can reach the server', () => {
  assert.equal(readConfig({}).allowPrivateCallbacks, true)
  assert.equal(readConfig({ SKEIN_HOST: '::1' }).allowPrivateCallbacks, true)
  assert.equal(readConfig({ SKEIN_HOST: '0.0.0.0' }).allowPrivateCallbacks, false)
  assert.equal(readConfig({ SKEIN_HOST: '0.0.0.0', SKEIN_ALLOW_PRIVATE_CALLBACKS: 'true' }).allowPrivateCallbacks, true)
})

test('sets limits by variables of their own', () => {
  assert.equal(readConfig({ SKEIN_LIMIT_MEMORY_STORES: '3' }).limits.memoryStores, 3)
})

test('leaves variables of clients and of our own tools alone', () => {
  readConfig({ SKEIN_URL: 'http://127.0.0.1:8080', SKEIN_TEST_POSTGRES: 'postgres://x', HOME: '/' })
})

const refused: [environment: Environment, named: string][] = [
  [{ SKEIN_PROT: '80' }, 'SKEIN_PROT'],
  [{ SKEIN_PORT: 'http' }, 'SKEIN_PORT'],
  [{ SKEIN_PORT: '65536' }, 'SKEIN_PORT'],
  [{ SKEIN_PORT: '-1' }, 'SKEIN_PORT'],
  [{ SKEIN_DATABASE: 'mysql://x' }, 'SKEIN_DATABASE'],
  [{ SKEIN_DATABASE_POOL: '0' }, 'SKEIN_DATABASE_POOL'],
  [{ SKEIN_PUBLIC_URL: 'skein.example.com' }, 'SKEIN_PUBLIC_URL'],
  [{ SKEIN_PUBLIC_URL: 'https://skein.example.com/?a=b' }, 'SKEIN_PUBLIC_URL'],
  [{ SKEIN_TRUSTED_PROXIES: '10.0.0.0/8, proxy.example.com' }, 'SKEIN_TRUSTED_PROXIES'],
  [{ SKEIN_TRUSTED_PROXIES: '10.0.0.0/33' }, 'SKEIN_TRUSTED_PROXIES'],
  [{ SKEIN_TLS_CERT: 'cert.pem' }, 'SKEIN_TLS_KEY'],
  [{ SKEIN_TLS_CERT: '/nowhere/cert.pem', SKEIN_TLS_KEY: '/nowhere/key.pem' }, '/nowhere/cert.pem'],
  [{ SKEIN_ACCOUNT_SID: 'AC12' }, 'SKEIN_ACCOUNT_SID'],
  [{ SKEIN_AUTH_TOKEN: 'short' }, 'SKEIN_AUTH_TOKEN'],
  [{ SKEIN_API_KEY: 'AC00000000000000000000000000000000' }, 'SKEIN_API_KEY'],
  [{ SKEIN_API_SECRET: 'short' }, 'SKEIN_API_SECRET'],
  [{ SKEIN_SECRET_KEY: 'c2hvcnQ=' }, 'SKEIN_SECRET_KEY'],
  [{ SKEIN_CLOCK: 'sundial' }, 'SKEIN_CLOCK'],
  [{ SKEIN_ALLOW_PRIVATE_CALLBACKS: 'yes' }, 'SKEIN_ALLOW_PRIVATE_CALLBACKS'],
  [{ SKEIN_LOG: 'loud' }, 'SKEIN_LOG'],
  [{ SKEIN_BODY_LIMIT_BYTES: '10' }, 'SKEIN_BODY_LIMIT_BYTES'],
  [{ SKEIN_REQUESTS_PER_SECOND: '1.5' }, 'SKEIN_REQUESTS_PER_SECOND'],
  [{ SKEIN_PASSIVE_PROFILES: 'maybe' }, 'SKEIN_PASSIVE_PROFILES'],
  [{ SKEIN_MEMORY_OVERFLOW: 'spill' }, 'SKEIN_MEMORY_OVERFLOW'],
  [{ SKEIN_MEMORY_REDIRECTS: 'maybe' }, 'SKEIN_MEMORY_REDIRECTS'],
  [{ SKEIN_SILENT_CALL_MINUTES: '0' }, 'SKEIN_SILENT_CALL_MINUTES'],
  [{ SKEIN_STREAM_GRACE_SECONDS: '-1' }, 'SKEIN_STREAM_GRACE_SECONDS'],
  [{ SKEIN_SHUTDOWN_SECONDS: 'soon' }, 'SKEIN_SHUTDOWN_SECONDS'],
  [{ SKEIN_LIMIT_PARTICIPANTS: '0' }, 'SKEIN_LIMIT_PARTICIPANTS'],
]

for (const [environment, named] of refused) {
  test(`refuses ${JSON.stringify(environment)} and names ${named}`, () => {
    assert.throws(
      () => readConfig(environment),
      (error) => error instanceof ConfigError && error.message.includes(named),
    )
  })
}

test('is described by docs/operating.md, every setting and every limit with its default', () => {
  const page = readFileSync(new URL('../docs/operating.md', import.meta.url), 'utf8')
  const rows = (Object.keys(settings) as SettingName[]).map((name) => {
    const setting = settings[name]
    const fallback = setting.default === '' ? '' : `\`${setting.default}\``
    return `| \`${variableOf(setting)}\` | \`--${setting.flag}\` | ${fallback} | ${setting.meaning} |`
  })
  const limits = (Object.keys(defaultLimits) as LimitName[]).map(
    (name) => `| \`${limitVariableOf(name)}\` | ${defaultLimits[name]} |`,
  )
  const documented = page.split('\n').filter((line) => line.startsWith('| `SKEIN_'))
  assert.deepEqual(documented, [...rows, ...limits])
})

test('takes an embedding service with its model, and neither alone', () => {
  const url = { SKEIN_EMBEDDING_URL: 'http://127.0.0.1:8001/v1/' }
  const model = { SKEIN_EMBEDDING_MODEL: 'small' }
  assert.equal(readConfig({}).embedding, undefined)
  assert.deepEqual(readConfig({ ...url, ...model }).embedding, {
    url: 'http://127.0.0.1:8001/v1',
    key: undefined,
    model: 'small',
    version: undefined,
  })
  assert.equal(readConfig({ ...url, ...model, SKEIN_EMBEDDING_VERSION: '2026-11' }).embedding?.version, '2026-11')
  for (const some of [
    url,
    model,
    { SKEIN_EMBEDDING_KEY: 'k' },
    { SKEIN_EMBEDDING_VERSION: '2' },
    { ...model, SKEIN_EMBEDDING_URL: 'file:///x' },
  ]) {
    assert.throws(() => readConfig(some), ConfigError)
  }
  const secret = { SKEIN_EMBEDDING_KEY: 'two words' }
  assert.throws(
    () => readConfig({ ...url, ...model, ...secret }),
    (error: Error) => !error.message.includes('two words'),
  )
})
