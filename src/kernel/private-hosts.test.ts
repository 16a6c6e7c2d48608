import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateHost } from './private-hosts.ts'

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
