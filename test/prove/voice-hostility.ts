import type { Random } from './random.ts'

/** Documents and messages that applications should not send, and do. */

const verbs = [
  'Say',
  'Play',
  'Pause',
  'Gather',
  'Dial',
  'Connect',
  'Start',
  'Stop',
  'Redirect',
  'Hangup',
  'Reject',
  'Dance',
  'constructor',
]
const nouns = [
  'ConversationRelay',
  'Transcription',
  'Number',
  'Client',
  'Sip',
  'Parameter',
  'Language',
  'Identity',
  'Say',
]
const attributes = [
  'url',
  'loop',
  'length',
  'timeout',
  'input',
  'numDigits',
  'finishOnKey',
  'action',
  'method',
  'name',
  'track',
  'interruptible',
  'welcomeGreeting',
  'conversationConfigurationId',
  'conversationId',
  'bargeIn',
  'speechTimeout',
  'maxSpeechTime',
  'sequential',
  'answerOnBridge',
  'hangupOnStar',
  'sendDigits',
  'statusCallback',
  'statusCallbackEvent',
  'debug',
  'xml:lang',
  '__proto__',
]
const values = [
  '',
  '1',
  '0',
  '-1',
  '1e9',
  '99999999999999999999',
  'true',
  'wss://a.example',
  'speech dtmf',
  '\u0000',
  '😀',
  'x y',
]
const texts = [
  '',
  'Hello.',
  ' a. b! c? ',
  '+15550002222',
  '&amp;',
  '&#0;',
  '&#xD800;',
  '&lol;',
  '<![CDATA[<Say>]]>',
  '\uFFFF',
]

export const bombs: readonly string[] = [
  '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><Response>&lol1;</Response>',
  '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Say>&x;</Say></Response>',
  '<?xml-stylesheet href="http://127.0.0.1/"?><Response/>',
  `<Response><Say>${'x'.repeat(10_000_000)}</Say></Response>`,
  `<Response>${'<Gather>'.repeat(10_000)}`,
  `<Response ${'a'.repeat(60_000)}="1"/>`,
  `<Response ${Array.from({ length: 5_000 }, (_, at) => `a${at}="1"`).join(' ')}/>`,
  '\uFEFF\uFEFF<Response/>',
  Buffer.from('<?xml version="1.0" encoding="UTF-16"?><Response/>', 'utf16le').toString('latin1'),
  Buffer.from([0xff, 0xfe, 0x3c, 0x00, 0xc3, 0x28]).toString('utf8'),
  '<Response><Say>\u0000</Say></Response>',
  '<Response>]]></Response>',
  '<?xml version="1.0" encoding="ISO-8859-1"?><Response><Say>caf\u00e9</Say></Response>',
  Buffer.from('<Response><Say>café</Say></Response>', 'latin1').toString('utf8'),
  Buffer.from('<Response/>', 'utf16le').toString('utf8'),
  `<!DOCTYPE r [${'<!ENTITY a "b">'.repeat(600_000)}]><Response/>`,
  `<Response>${'&amp;'.repeat(2_000_000)}</Response>`,
  `<Response><![CDATA[${'x'.repeat(10_000_000)}]]></Response>`,
  `<Response><!--${'-'.repeat(10_000_000)}--></Response>`,
  `<Response>${'<Say/>'.repeat(10_000)}</Response>`,
  `<Response><Gather>${'<Say loop="0">x</Say>'.repeat(1_000)}</Gather></Response>`,
  `<Response><Dial>${'<Number url="/w">+15550002222</Number>'.repeat(1_000)}</Dial></Response>`,
  '<Response><Say loop="0">x</Say><Say loop="0">y</Say></Response>',
]

export function hostileTwiml(random: Random): string {
  if (random.chance(0.05)) return random.pick(bombs.filter(({ length }) => length < 100_000))
  const text = `<Response>${elements(random, 3)}</Response>`
  return random.chance(0.4) ? mangled(random, text) : text
}

export function hostileFrame(random: Random): string {
  const type = random.pick(['text', 'play', 'sendDigits', 'language', 'end', 'setup', 'error', '', '__proto__'])
  const frame: Record<string, unknown> = { type }
  for (let fields = random.integer(0, 4); fields > 0; fields -= 1) {
    const name = random.pick([
      'token',
      'last',
      'source',
      'loop',
      'digits',
      'ttsLanguage',
      'handoffData',
      'interruptible',
      'preemptible',
    ])
    frame[name] = random.pick([
      true,
      false,
      null,
      '',
      'Hello. You. There',
      'x'.repeat(5_000),
      1,
      -1,
      1e9,
      [],
      {},
      '\u0000',
      '\uD800',
      '12#w',
    ])
  }
  const text = JSON.stringify(frame)
  return random.chance(0.3) ? mangled(random, text) : text
}

function elements(random: Random, depth: number): string {
  return Array.from({ length: random.integer(0, 4) }, () => element(random, depth)).join('')
}

function element(random: Random, depth: number): string {
  const name = random.pick(depth === 3 ? verbs : nouns)
  const given = new Set(Array.from({ length: random.integer(0, 3) }, () => random.pick(attributes)))
  const written = [...given].map((attribute) => ` ${attribute}="${random.pick(values)}"`).join('')
  const inside = random.pick(texts) + (depth > 0 ? elements(random, depth - 1) : '')
  return `<${name}${written}>${inside}</${name}>`
}

/** One piece taken out, doubled or replaced. */
function mangled(random: Random, text: string): string {
  const from = random.integer(0, text.length)
  const to = random.integer(from, Math.min(text.length, from + 20))
  const put = random.pick(['', '<', '>', '"', '&', '\u0000', '\uD800', '{', '}', text.slice(from, to).repeat(3)])
  return text.slice(0, from) + put + text.slice(to)
}
