import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isMetadataHost, isPrivateAddress, isPrivateHost } from './private-hosts.ts'

const verdicts: [boolean, string[]][] = [
  [true, ['localhost', 'LOCALHOST', 'localhost.', 'api.localhost']],
  [true, ['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1']],
  [true, ['169.254.169.254', '100.64.0.1', '198.19.0.1', '224.0.0.1', '255.255.255.255']],
  [true, ['[::1]', '[::]', '[fd00::1]', '[fe80::1]', '[ff02::1]', '[::ffff:127.0.0.1]', '[::ffff:a00:1]']],
  [true, ['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[::127.0.0.1]']],
  [false, ['8.8.8.8', '172.32.0.1', '172.15.255.255', '100.128.0.1', '192.167.1.1', '[2606:4700::1111]']],
  [false, ['hooks.example.test', 'localhost.example.test', 'notlocalhost', '[::ffff:8.8.8.8]']],
]

for (const [expected, hosts] of verdicts) {
  test(`tells that ${hosts.join(', ')} are ${expected ? 'private' : 'public'}`, () => {
    for (const host of hosts) assert.equal(isPrivateHost(host), expected, host)
  })
}

test('sees through every spelling of an address that a URL admits', () => {
  for (const url of [
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①27.0.0.1/',
  ]) {
    assert.equal(isPrivateHost(new URL(url).hostname), true, url)
  }
})

test('counts documentation, transition and unassigned networks as private', () => {
  for (const host of ['192.0.2.1', '198.51.100.7', '203.0.113.9', '192.88.99.1', '[2001:db8::1]', '[3fff::1]']) {
    assert.equal(isPrivateHost(host), true, host)
  }
  for (const host of [
    '[2001:0:7f00:1::]',
    '[::ffff:0:7f00:1]',
    '[100::1]',
    '[4000::1]',
    '[fec0::1]',
    '[fd12::%eth0]',
  ]) {
    assert.equal(isPrivateHost(host), true, host)
  }
  for (const address of ['2606:4700::1111', '2a00:1450:4001:82a::200e', '8.8.8.8', '::ffff:8.8.8.8']) {
    assert.equal(isPrivateAddress(address), false, address)
  }
})

test('takes what is no address for a private one', () => {
  for (const text of ['', 'hooks.example.test', '8.8.8']) assert.equal(isPrivateAddress(text), true, text)
})

test('knows the metadata services of clouds by address and by name', () => {
  for (const host of [
    '169.254.169.254',
    '169.254.170.2',
    '168.63.129.16',
    '100.100.100.200',
    '[fd00:ec2::254]',
    '[::ffff:169.254.169.254]',
    'metadata.google.internal',
    'METADATA.google.internal.',
  ]) {
    assert.equal(isMetadataHost(host), true, host)
    assert.equal(isPrivateHost(host), true, host)
  }
  for (const host of ['127.0.0.1', '169.254.1.1', '8.8.8.8', 'hooks.example.test', '[fd00::1]']) {
    assert.equal(isMetadataHost(host), false, host)
  }
})
