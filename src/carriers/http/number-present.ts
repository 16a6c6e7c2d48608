import Type, { type Static } from 'typebox'
import { rfc2822 } from '../../http/accounts-scope.ts'
import { Nullable } from '../../http/schemas.ts'
import { sidOf } from '../../kernel/sids.ts'
import type { NumberField } from '../domain/number-settings.ts'
import type { OwnNumber } from '../numbers.ts'

const text = Type.String()
const textOrNull = Nullable(Type.String())

export const NumberSchema = Type.Object({
  sid: text,
  account_sid: text,
  friendly_name: text,
  phone_number: text,
  capabilities: Type.Object({ voice: Type.Boolean(), sms: Type.Boolean(), mms: Type.Boolean(), fax: Type.Boolean() }),
  sms_url: text,
  sms_method: text,
  sms_fallback_url: text,
  sms_fallback_method: text,
  sms_application_sid: text,
  voice_url: text,
  voice_method: text,
  voice_fallback_url: text,
  voice_fallback_method: text,
  voice_application_sid: text,
  voice_caller_id_lookup: Type.Boolean(),
  voice_receive_mode: text,
  status_callback: text,
  status_callback_method: text,
  trunk_sid: textOrNull,
  address_sid: textOrNull,
  address_requirements: text,
  identity_sid: textOrNull,
  bundle_sid: textOrNull,
  emergency_status: text,
  emergency_address_sid: textOrNull,
  emergency_address_status: text,
  beta: Type.Boolean(),
  origin: text,
  status: text,
  type: textOrNull,
  api_version: text,
  date_created: text,
  date_updated: text,
  uri: text,
})

/** A number as the published API shows it. */
export function presentNumber(accountSid: string, number: OwnNumber): Static<typeof NumberSchema> {
  const sid = sidOf('PN', number.id)
  const given = (field: NumberField, otherwise = '') => number.settings[field] ?? otherwise
  const givenOrNull = (field: NumberField) => number.settings[field] ?? null
  const isPhone = number.key.startsWith('tel:')
  return {
    sid,
    account_sid: accountSid,
    friendly_name: number.name ?? number.address,
    phone_number: number.address,
    capabilities: { voice: isPhone, sms: true, mms: true, fax: false },
    sms_url: given('SmsUrl'),
    sms_method: given('SmsMethod', 'POST'),
    sms_fallback_url: given('SmsFallbackUrl'),
    sms_fallback_method: given('SmsFallbackMethod', 'POST'),
    sms_application_sid: given('SmsApplicationSid'),
    voice_url: given('VoiceUrl'),
    voice_method: given('VoiceMethod', 'POST'),
    voice_fallback_url: given('VoiceFallbackUrl'),
    voice_fallback_method: given('VoiceFallbackMethod', 'POST'),
    voice_application_sid: given('VoiceApplicationSid'),
    voice_caller_id_lookup: given('VoiceCallerIdLookup') === 'true',
    voice_receive_mode: given('VoiceReceiveMode', 'voice'),
    status_callback: given('StatusCallback'),
    status_callback_method: given('StatusCallbackMethod', 'POST'),
    trunk_sid: givenOrNull('TrunkSid'),
    address_sid: givenOrNull('AddressSid'),
    address_requirements: 'none',
    identity_sid: givenOrNull('IdentitySid'),
    bundle_sid: givenOrNull('BundleSid'),
    emergency_status: given('EmergencyStatus', 'Inactive'),
    emergency_address_sid: givenOrNull('EmergencyAddressSid'),
    emergency_address_status: 'unregistered',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    type: isPhone ? 'local' : null,
    api_version: '2010-04-01',
    date_created: rfc2822(number.createdAt),
    date_updated: rfc2822(number.updatedAt),
    uri: `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${sid}.json`,
  }
}
