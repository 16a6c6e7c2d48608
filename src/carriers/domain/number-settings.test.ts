import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applicationOf, changedSettings, readNumberSettings } from './number-settings.ts'

test('reads what a form says of a number', () => {
  const form = {
    FriendlyName: 'Kiosk',
    SmsUrl: 'https://app.example.com/sms',
    SmsMethod: 'get',
    StatusCallback: '',
    BundleSid: 'BU1',
  }
  assert.deepEqual(readNumberSettings(form, false), {
    settings: { SmsUrl: 'https://app.example.com/sms', SmsMethod: 'GET', StatusCallback: '', BundleSid: 'BU1' },
  })
})

test('names the field of what it refuses', () => {
  for (const [form, code, field] of [
    [{ SmsUrl: 'ftp://app.example.com' }, 21502, 'SmsUrl'],
    [{ VoiceUrl: 'http://127.0.0.1/voice' }, 21502, 'VoiceUrl'],
    [{ SmsMethod: 'PUT' }, 21403, 'SmsMethod'],
    [{ TrunkSid: 'T'.repeat(2_049) }, 20001, 'TrunkSid'],
  ] as const) {
    const read = readNumberSettings(form, false)
    assert.ok('problem' in read)
    assert.deepEqual([read.problem.code, read.problem.field], [code, field])
  }
  assert.ok('settings' in readNumberSettings({ VoiceUrl: 'http://127.0.0.1/voice' }, true))
})

test('takes a setting back when it is empty', () => {
  const known = { SmsUrl: 'https://app.example.com/sms', SmsMethod: 'GET' }
  assert.deepEqual(changedSettings(known, { SmsUrl: '', VoiceMethod: 'POST' }), {
    SmsMethod: 'GET',
    VoiceMethod: 'POST',
  })
})

test('tells where messages and calls go', () => {
  assert.equal(applicationOf({ VoiceUrl: 'https://a.example.com' }, 'Sms'), undefined)
  assert.deepEqual(applicationOf({ SmsUrl: 'https://a.example.com' }, 'Sms'), {
    url: 'https://a.example.com',
    method: 'POST',
  })
  assert.deepEqual(
    applicationOf(
      { VoiceUrl: 'https://a.example.com', VoiceMethod: 'GET', VoiceFallbackUrl: 'https://b.example.com' },
      'Voice',
    ),
    { url: 'https://a.example.com', method: 'GET', fallback: { url: 'https://b.example.com', method: 'POST' } },
  )
})
