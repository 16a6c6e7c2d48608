import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Vault } from './vault.ts'

const vault = new Vault(randomBytes(32))

test('gives back what it sealed, and seals the same text differently each time', () => {
  for (const text of ['', 'a token', 'ключ 🔑']) assert.equal(vault.unseal(vault.seal(text)), text)
  assert.notEqual(vault.seal('a token'), vault.seal('a token'))
})

test('refuses what another key sealed, and what was changed', () => {
  const sealed = vault.seal('a token')
  assert.throws(() => new Vault(randomBytes(32)).unseal(sealed))
  const bytes = Buffer.from(sealed, 'base64')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    assert.throws(() => vault.unseal(changed.toString('base64')), `byte ${at}`)
  }
  assert.throws(() => vault.unseal(bytes.subarray(0, 20).toString('base64')))
})

test('confirms a secret by its hash only with the same key', () => {
  const hash = vault.hash('a secret')
  assert.equal(vault.matches('a secret', hash), true)
  assert.equal(vault.matches('another', hash), false)
  assert.equal(vault.matches('a secret', ''), false)
  assert.equal(new Vault(randomBytes(32)).matches('a secret', hash), false)
})
