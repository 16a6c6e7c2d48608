import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, createGuard } from './guard.ts'

test('admits a public host to the addresses it has now', async () => {
  const { check } = createGuard({ allowPrivate: false, resolve: async () => ['93.184.216.34', '2606:4700::1111'] })
  const admission = await check('https://quill.example.test/hook')
  assert.ok('addresses' in admission)
  assert.deepEqual(admission.addresses, ['93.184.216.34', '2606:4700::1111'])
  assert.equal(admission.url.href, 'https://quill.example.test/hook')
})

test('asks nobody about a literal address', async () => {
  const { check } = createGuard({ allowPrivate: false, resolve: () => assert.fail('asked') })
  assert.ok('addresses' in (await check('https://93.184.216.34/')))
  assert.ok('addresses' in (await check('https://[2606:4700::1111]/')))
})

test('admits the protocols it is asked for', async () => {
  const { check } = createGuard({ allowPrivate: false })
  assert.ok('addresses' in (await check('wss://93.184.216.34/', ['ws:', 'wss:'])))
  for (const url of ['https://93.184.216.34/', 'ws://93.184.216.34/']) {
    const verdict = await check(url, ['ws:', 'wss:'])
    assert.equal('error' in verdict && verdict.error, 'bad_url', url)
  }
})

test('asks again after an answer that failed', async () => {
  let questions = 0
  const { check } = createGuard({
    allowPrivate: false,
    resolve: async () => {
      questions += 1
      if (questions === 1) throw new Error('busy')
      return ['93.184.216.34']
    },
  })
  assert.ok('error' in (await check('https://quill.example.test/')))
  assert.ok('addresses' in (await check('https://quill.example.test/')))
})

test('sees that two spellings are one address', () => {
  for (const [address, canonical] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7f00:1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2606:4700:0:0::1111', '2606:4700::1111'],
    ['fe80:0::1%eth0', 'fe80::1%eth0'],
    ['no address', 'no address'],
  ] as const) {
    assert.equal(canonicalAddress(address), canonical)
  }
})
